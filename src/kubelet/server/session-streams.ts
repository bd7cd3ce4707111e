import { Refusal } from './refusal.ts'

/** Which streams a session has. A terminal has no standard error of its own. @throws Refusal 400. */
export function streamsOf(query: URLSearchParams) {
  const has = (name: string) => query.get(name) === '1' || query.get(name) === 'true'
  const tty = has('tty')
  const streams = { tty, stdin: has('input'), stdout: has('output'), stderr: has('error') && !tty }
  if (!streams.stdin && !streams.stdout && !streams.stderr)
    throw new Refusal(400, 'you must specify at least 1 of stdin, stdout, stderr')
  return streams
}
