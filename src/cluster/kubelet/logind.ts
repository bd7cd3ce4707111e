import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type Cancel, onCancel } from '#base/cancel'
import type { ShutdownSource } from '#kubelet'
import type { Files } from '../apiserver/options.ts'

const manager = [
  'org.freedesktop.login1',
  '/org/freedesktop/login1',
  'org.freedesktop.login1.Manager',
] as const
const settingsPath = '/etc/systemd/logind.conf.d/99-kubelet.conf'

/** What a line of busctl says of a shutdown: true when one begins, false when it is taken back. */
export function shutdownOf(line: string): boolean | undefined {
  try {
    const { member, payload } = JSON.parse(line) as { member?: string; payload?: { data?: unknown[] } }
    const [isGoing] = payload?.data ?? []
    return member === 'PrepareForShutdown' && typeof isGoing === 'boolean' ? isGoing : undefined
  } catch {
    return undefined
  }
}

/** systemd's logind, asked by systemd's own tools. */
export function logind(files: Pick<Files, 'write'>, log: (text: string) => void): ShutdownSource {
  return {
    async delayMs(signal) {
      const args = ['--system', '--json=short', 'get-property', ...manager, 'InhibitDelayMaxUSec']
      return (JSON.parse(await printed('busctl', args, signal)) as { data: number }).data / 1000
    },
    async setDelay(seconds, signal) {
      const head = '# Kubelet logind override'
      await files.write(settingsPath, `${head}\n[Login]\nInhibitDelayMaxSec=${seconds}\n`)
      const unit = ['systemd-logind.service', 'all', '1']
      const to = ['org.freedesktop.systemd1', '/org/freedesktop/systemd1', 'org.freedesktop.systemd1.Manager']
      await printed('busctl', ['--system', 'call', ...to, 'KillUnit', 'ssi', ...unit], signal)
    },
    hold: (signal) => hold(signal),
    watch: (tell, signal) => watch(tell, log, signal),
  }
}

/** @throws Error with what the program complained of. */
async function printed(program: string, args: readonly string[], signal: Cancel): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const release = onCancel(signal, () => child.kill('SIGKILL'))
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text))
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new Error(said.stderr.trim() || `${program} ended with exit status ${code}`)
    return said.stdout
  } finally {
    release()
  }
}

/** A lock is a file that a process has open. It reads what we never write, and so ends when we do, however that is. */
async function hold(signal: Cancel): Promise<() => void> {
  const why = 'Kubelet needs time to handle node shutdown'
  const own = ['--what=shutdown', '--mode=delay', '--who=kubelet', `--why=${why}`]
  const child = spawn('systemd-inhibit', [...own, 'sh', '-c', 'echo held && exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  child.stdin.on('error', () => {})
  const release = onCancel(signal, () => child.stdin.end())
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', resolve)
    child.once('error', reject)
    child.once('close', () => reject(new Error(complaint.trim() || 'systemd-inhibit ended')))
  })
  return () => {
    release()
    child.stdin.end()
  }
}

async function watch(
  tell: (isGoing: boolean) => void,
  log: (text: string) => void,
  signal: Cancel,
): Promise<void> {
  const [, , own] = manager
  const match = `--match=type='signal',interface='${own}',member='PrepareForShutdown'`
  const child = spawn('busctl', ['--system', '--json=short', match, 'monitor'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stderr.setEncoding('utf8').on('data', log)
  const release = onCancel(signal, () => child.kill('SIGKILL'))
  createInterface({ input: child.stdout }).on('line', (line) => {
    const isGoing = shutdownOf(line)
    if (isGoing !== undefined) tell(isGoing)
  })
  try {
    await once(child, 'close')
    throw new Error('Ended to watching the node for shutdown events')
  } finally {
    release()
  }
}
