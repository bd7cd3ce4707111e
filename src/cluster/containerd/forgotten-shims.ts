import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import { runCommand } from '../run-command.ts'
import type { ContainerdLayout } from './layout.ts'
import { commandLine, stopProcess } from './process.ts'
import { shimsOf } from './sweep.ts'

/** The id of the container that a shim is for. @param words its command line */
export const shimId = (words: readonly string[]): string | undefined => words[words.indexOf('-id') + 1]

/**
 * Ends what a containerd that was killed has forgotten: shims that were there before it started again, and whose
 * containers it does not know. Nobody else ever ends them, for nobody can see them.
 * @returns those of them that go on
 * @param earlier the shims that were there before containerd started
 */
export async function endForgottenShims(
  layout: ContainerdLayout,
  earlier: readonly number[],
  { clock, log }: { clock: Clock; log: Log },
): Promise<number[]> {
  const address = ['--address', layout.socket, '--namespace', 'k8s.io']
  const known = new Set((await runCommand('ctr', [...address, 'containers', 'list', '--quiet'])).split('\n'))
  const now = new Set(await shimsOf(layout.socket))
  const kept: number[] = []
  for (const pid of earlier.filter((one) => now.has(one))) {
    const id = shimId((await commandLine(pid)) ?? [])
    if (id === undefined) continue
    if (known.has(id)) {
      kept.push(pid)
      continue
    }
    log.info('Ending what containerd has forgotten', { pid, container: id })
    for (const child of await childrenOf(pid)) await stopProcess(child, clock)
    await stopProcess(pid, clock)
    await rm(join(layout.state, 'io.containerd.runtime.v2.task/k8s.io', id), { recursive: true, force: true })
  }
  return kept
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  return text.split(' ').filter(Boolean).map(Number)
}
