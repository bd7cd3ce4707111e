import { randomBytes } from 'node:crypto'
import { closeSync, openSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

// What is being written has a name of its own until it is whole: `<name>.<process>-<random>.part`.

/** Makes an empty file beside `path`, readable by its owner alone; removes those whose writers have died. */
export function makePart(path: string): string {
  removeAbandoned(path)
  const part = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.part`
  closeSync(openSync(part, 'wx', 0o600))
  return part
}

/** Removes a part and what SQLite may have put beside it. */
export function removePart(part: string): void {
  for (const ending of ['', '-journal', '-wal']) rmSync(part + ending, { force: true })
}

function removeAbandoned(path: string): void {
  const folder = dirname(path)
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(path)}.`)) continue
    const pid = /^\.(\d+)-[0-9a-f]{8}\.part$/.exec(name.slice(basename(path).length))?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) removePart(join(folder, name))
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
