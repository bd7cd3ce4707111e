import type { Progress } from '../progress/progress.ts'
import { installPackages, missingText } from '../packages/install.ts'
import {
  missingPackages,
  runtimePackages,
  sandboxPackages,
  type SystemPackage,
  tutorialPackages,
} from '../packages/packages.ts'
import { Problem } from './problem.ts'

/** Checks that containers can be run at all. @throws Problem */
export function checkUser(command: string, platform = process.platform, uid = process.getuid?.()): void {
  if (platform !== 'linux') throw new Problem(`containers need Linux; this is ${platform}`)
  if (uid !== 0) throw new Problem(`containers need root: sudo ${command}`)
}

/** Sees to it that the packages are there. @throws Problem that names those that are missing and how to install them. */
export async function ensurePackages(
  settings: { readonly install: boolean; readonly tutorial: boolean },
  progress: Progress,
): Promise<void> {
  const missing = await missingPackages(wantedPackages(settings.tutorial))
  if (missing.length === 0) return
  if (!settings.install) throw new Problem(missingText(missing))
  const names = missing.map(({ name }) => name).join(', ')
  await progress.step(`Installing ${names}`, (tell) => installPackages(missing, tell))
  const still = await missingPackages(missing)
  if (still.length > 0)
    throw new Problem(`installed, but not found: ${still.map(({ name }) => name).join(', ')}`)
}

function wantedPackages(tutorial: boolean): SystemPackage[] {
  const sandbox = process.arch === 'x64' ? [] : sandboxPackages
  return [...new Set([...runtimePackages, ...sandbox, ...(tutorial ? tutorialPackages : [])])]
}
