import { chmod, rm, writeFile } from 'node:fs/promises'
import type { Tell } from '../progress/progress.ts'
import { CommandError, runCommand } from '../run-command.ts'
import { Problem } from '../up/problem.ts'
import { hasProgram, type SystemPackage } from './packages.ts'

const installArgs = (names: readonly string[]) => ['install', '-y', '--no-install-recommends', ...names]

/** The command that installs packages, as a user types it. */
export const installCommand = (packages: readonly SystemPackage[]): string =>
  `sudo apt-get ${installArgs(packages.map(({ name }) => name)).join(' ')}`

/** What to say when packages are missing and nobody asked to install them. */
export function missingText(missing: readonly SystemPackage[]): string {
  const width = Math.max(...missing.map(({ name }) => name.length))
  const rows = missing.map(({ name, purpose }) => `  ${name.padEnd(width)}  ${purpose}`)
  return `this machine lacks ${missing.length === 1 ? 'a package' : 'some packages'}:
${rows.join('\n')}
Install with:
  ${installCommand(missing)}
or let kubeling do it: add --install`
}

/** Installs Debian packages and none of the services that they bring. @throws Problem when apt-get fails or is not there. */
export async function installPackages(packages: readonly SystemPackage[], tell: Tell): Promise<void> {
  if (!(await hasProgram('apt-get'))) {
    const names = packages.map(({ name }) => name).join(', ')
    throw new Problem(
      `--install works on Debian and Ubuntu only: install what corresponds to ${names} by hand, then try again`,
    )
  }
  const isOurs = await holdServices()
  try {
    await install(
      packages.map(({ name }) => name),
      tell,
    )
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    throw new Problem(`the packages could not be installed: ${error.message}`, { cause: error })
  } finally {
    if (isOurs) await rm(policyFile)
  }
}

/** A new machine has no package lists, an old one has stale ones: both are put right by an update. */
async function install(names: readonly string[], tell: Tell): Promise<void> {
  try {
    await aptGet(installArgs(names), tell)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    tell('reading the package lists anew')
    await aptGet(['update'], tell)
    await aptGet(installArgs(names), tell)
  }
}

async function aptGet(args: readonly string[], tell: Tell): Promise<void> {
  await runCommand('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    onOutput: (text) => tell(noteworthy(text)),
  })
}

/** The last thing in apt-get's output that tells how far it is; '' when there is none. */
export function noteworthy(output: string): string {
  const lines = output.split(/[\r\n]/).filter((line) => /^(Get:|Unpacking|Setting up)/.test(line))
  return (lines.at(-1) ?? '').replace(/ \(.*/, '')
}

const policyFile = '/usr/sbin/policy-rc.d'

/**
 * Debian starts a package's service when it is installed: a web server on port 80, a registry on port 5000. We want the
 * programs alone, and say so by the policy file that Debian asks; false when the machine has a policy of its own.
 */
async function holdServices(): Promise<boolean> {
  try {
    await writeFile(policyFile, '#!/bin/sh\n# Made by kubeling while it installs packages.\nexit 101\n', {
      flag: 'wx',
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  await chmod(policyFile, 0o755)
  return true
}
