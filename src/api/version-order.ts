/** How stable a version says it is; null for a name of another form. */
export type VersionLevel = "stable" | "beta" | "alpha";

const kubeVersion = /^v(\d+)(?:(alpha|beta)(\d+))?$/;

/** Of "v1beta2". Source of truth: apimachinery/pkg/version/helpers.go. */
export function versionLevelOf(version: string): VersionLevel | null {
  const match = kubeVersion.exec(version);
  if (match === null) return null;
  return match[2] === "alpha" || match[2] === "beta" ? match[2] : "stable";
}

/**
 * Sorts as Kubernetes does: stable before beta before alpha, the higher number first; other names last, by the alphabet.
 * Source of truth: apimachinery/pkg/version/helpers.go (CompareKubeAwareVersionStrings).
 */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [rankOf(left), rankOf(right)];
  if (a === null || b === null)
    return a === b ? (left < right ? -1 : left > right ? 1 : 0) : a === null ? 1 : -1;
  const differing = a.findIndex((value, i) => value !== b[i]);
  return differing < 0 ? 0 : (b[differing] ?? 0) - (a[differing] ?? 0);
}

const levels = ["alpha", "beta", "stable"];

function rankOf(version: string): readonly number[] | null {
  const match = kubeVersion.exec(version);
  if (match === null) return null;
  return [levels.indexOf(match[2] ?? "stable"), Number(match[1]), Number(match[3] ?? 0)];
}
