import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** A command that ended badly, with what it said. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly stderr: string

  constructor(message: string, stderr: string) {
    super(message)
    this.stderr = stderr
  }
}

/** Runs a program to its end and gives its standard output. @throws CommandError when it cannot start or fails. */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; timeoutMs?: number; onOutput?: (text: string) => void } = {},
): Promise<string> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: options.env ?? process.env,
    ...(options.timeoutMs !== undefined && { timeout: options.timeoutMs }),
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  const collect = (list: Buffer[]) => (chunk: Buffer) => {
    list.push(chunk)
    options.onOutput?.(chunk.toString())
  }
  child.stdout.on('data', collect(stdout))
  child.stderr.on('data', collect(stderr))
  const shown = [program, ...args].join(' ')
  let code: number | null
  let signal: NodeJS.Signals | null
  try {
    ;[code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  } catch (error) {
    throw new CommandError(`cannot run ${shown}: ${(error as Error).message}`, '')
  }
  const said = Buffer.concat(stderr).toString().trim()
  if (code !== 0) throw new CommandError(`${shown} ended with ${code ?? signal}: ${said}`, said)
  return Buffer.concat(stdout).toString()
}
