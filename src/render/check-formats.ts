/**
 * What `check -o` takes, and what each is for. The command line reads this at every start, so the renderers
 * themselves are not imported here.
 */
export const checkFormats = ["table", "json", "yaml", "junit", "github", "sarif", "markdown"] as const;

export type CheckFormat = (typeof checkFormats)[number];
