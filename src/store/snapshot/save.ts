import { existsSync, renameSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { resolve } from 'node:path'
import { type CopyAnswer, type CopyRequest, copyDatabase, doorOf, socketName } from '../sqlite/copy-door.ts'
import { openConnection } from '../sqlite/connection.ts'
import { makePart, removePart } from './part.ts'
import { seal, syncNameOf } from './sealed-file.ts'

/**
 * Copies a database, whether a server has it open or not, as it is at one revision. The file is there whole or not at
 * all, and one of that name before it is replaced. @throws Error that says what failed.
 */
export async function saveSnapshot(database: string, path: string): Promise<void> {
  if (!existsSync(database)) throw new Error(`database "${database}" is not there`)
  const part = makePart(resolve(path))
  try {
    await copyInto(database, part)
    seal(part)
    renameSync(part, path)
    syncNameOf(resolve(path))
  } finally {
    removePart(part)
  }
}

const attemptsMax = 20

/** A server may start or stop between our looking and our opening, so both ways are tried in turn. */
async function copyInto(database: string, part: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    if (await askServer(database, part)) return
    try {
      await copyAlone(database, part)
      return
    } catch (error) {
      if (attempt === attemptsMax || !/is in use by another process/.test((error as Error).message))
        throw error
    }
  }
}

/** Has the server that holds the database make the copy; false when there is none. */
async function askServer(database: string, part: string): Promise<boolean> {
  const socket = socketName(doorOf(database))
  try {
    const request: CopyRequest = { path: part, inode: statSync(part).ino }
    const answer = await converse(socket.name, `${JSON.stringify(request)}\n`)
    if (answer === undefined) return false
    // A server that was killed, or stopped, says nothing more.
    if (answer === '') throw new Error('the server ended before the copy was whole')
    const { failed } = JSON.parse(answer) as CopyAnswer
    if (failed !== undefined) throw new Error(`the server could not make the copy: ${failed}`)
    return true
  } finally {
    socket.release()
  }
}

const nobodyThere = new Set(['ENOENT', 'ECONNREFUSED'])
const cutOff = new Set(['ECONNRESET', 'EPIPE'])

/** Sends a line and gives what comes back; undefined when nobody listens. */
async function converse(name: string, line: string): Promise<string | undefined> {
  const socket = connect(name)
  socket.write(line)
  try {
    return await text(socket)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (nobodyThere.has(code)) return undefined
    if (cutOff.has(code)) return ''
    throw error
  }
}

async function copyAlone(database: string, part: string): Promise<void> {
  const db = openConnection(database)
  try {
    await copyDatabase(db, part, () => {})
  } finally {
    db.close()
  }
}
