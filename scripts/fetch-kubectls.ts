/** Fills the cache of real kubectls: `npm run kubectls [VERSION…]`, all of them without arguments. */
import { fetchKubectl, type KubectlVersion, kubectlPackages } from "../test/helpers/kubectl.ts";

const wanted = process.argv.slice(2);
for (const version of Object.keys(kubectlPackages) as KubectlVersion[]) {
  if (wanted.length > 0 && !wanted.includes(version)) continue;
  console.log(`${version}  ${(await fetchKubectl(version)) ?? "not for this platform"}`);
}
