// The client alone loads in a quarter of the time of all of undici, and has no declarations of its own.
declare module "undici/lib/dispatcher/client.js" {
  // biome-ignore lint/style/noDefaultExport: what the CommonJS module exports.
  export { Client as default } from "undici";
}
