/** Every bench, one after the other: two at a time would measure each other. */
await import("./start-up.ts");
await import("./run-kubectl.ts");
await import("./parse.ts");
await import("./render.ts");
