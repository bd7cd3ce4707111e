import { mkdir, realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { containerdLayout } from '../containerd/layout.ts'
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

/** What a unix socket's path may have at most, with the ending of containerd's second socket. */
const socketBytesMax = 107 - '.ttrpc'.length

/** Checks that containers can be run at all. @throws Problem */
export function checkUser(command: string, platform = process.platform, uid = process.getuid?.()): void {
  if (platform !== 'linux') throw new Problem(`containers need Linux; this is ${platform}`)
  if (uid !== 0) throw new Problem(`containers need root: sudo ${command}`)
}

/** Makes the data directory; gives its path without symbolic links. @throws Problem */
export async function openDataDir(path: string): Promise<string> {
  const wanted = resolve(path)
  checkLength(wanted)
  try {
    await mkdir(wanted, { recursive: true, mode: 0o755 })
  } catch (error) {
    throw new Problem(`the data directory cannot be made: ${(error as Error).message}`, { cause: error })
  }
  const real = await realpath(wanted)
  checkLength(real)
  return real
}

function checkLength(dataDir: string): void {
  const excess = Buffer.byteLength(containerdLayout(dataDir).socket) - socketBytesMax
  if (excess <= 0) return
  throw new Problem(
    `the data directory's path is ${excess} characters too long for the sockets in it: choose a shorter one with --data-dir`,
  )
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
