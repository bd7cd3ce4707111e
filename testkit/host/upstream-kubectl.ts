// Upstream's kubectl, where the machine has it.
import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/** Names folders with kubectl.1.27, kubectl.1.30 ..., in front of those that are found by themselves. */
const variable = 'KUBELING_KUBECTL_FOLDERS'

/** The versions that tests are run with: the oldest, the middle and the newest, or those of KUBELING_KUBECTLS. */
export const kubectlVersions: readonly string[] = (process.env.KUBELING_KUBECTLS ?? '1.27,1.30,1.33').split(
  ',',
)

/** The folders on the PATH, and those in which their kubectl really is: packages put other versions beside it. */
function folders(): string[] {
  const onPath = [
    ...(process.env[variable] ?? '').split(delimiter),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ]
  const links = onPath.map((folder) => join(folder, 'kubectl')).filter((path) => existsSync(path))
  return [...onPath, ...links.map((path) => dirname(realpathSync(path)))].filter((folder) => folder !== '')
}

/** The path of `kubectl.<version>`; undefined when the machine has none. */
export function upstreamKubectl(version: string): string | undefined {
  return folders()
    .map((folder) => join(folder, `kubectl.${version}`))
    .find((path) => existsSync(path))
}

/** Why a test with that version is skipped. */
export const noKubectl = (version: string) =>
  `no kubectl.${version} on this machine: name its folder in ${variable}`
