/**
 * The control planes that the tests run against, pinned by the go.mod and go.sum of each folder: the newest minor, and one from before
 * EndpointSlices in conditions, selectors in authorization and structured "Unhandled Error" logs.
 */
export const controlPlanes = {
  "1.37": { module: "go", release: "1.37.2" },
  "1.30": { module: "go-1.30", release: "1.30.14" },
} as const satisfies Record<string, { readonly module: string; readonly release: string }>;

export type ControlPlaneVersion = keyof typeof controlPlanes;

export const controlPlaneVersions = Object.keys(controlPlanes) as ControlPlaneVersion[];

export function isControlPlaneVersion(text: string): text is ControlPlaneVersion {
  return Object.hasOwn(controlPlanes, text);
}
