import { chmodSync, closeSync, openSync, rmSync, statSync } from 'node:fs'
import { type Server, type Socket, createServer } from 'node:net'
import { basename, dirname } from 'node:path'
import { type DatabaseSync, backup } from 'node:sqlite'
import { sqliteBusy, sqliteCode } from './connection.ts'

// A running server holds its database alone, so whoever wants a copy asks it, through a socket beside the database that
// only the database's owner can open: one line in (a request), one line out (an answer).

/** What is asked through the door: the copy goes into this empty file, which whoever asks has made. */
export interface CopyRequest {
  readonly path: string
  /** The file's number: a server that sees other files under the same names must not write one of them. */
  readonly inode: number
}

/** What comes back. */
export interface CopyAnswer {
  readonly failed?: string
}

/** The socket of a database, for as long as a server holds it. */
export const doorOf = (databasePath: string) => `${databasePath}-socket`

/** A name of a socket that the kernel takes, and what gives back what it needs. */
export interface SocketName {
  readonly name: string
  release(): void
}

/** The longest path that a socket can have, with some to spare. */
const pathBytesMax = 100

/** Names a socket by a short way when its path is longer than the kernel allows. */
export function socketName(path: string): SocketName {
  if (Buffer.byteLength(path) <= pathBytesMax) return { name: path, release() {} }
  const folder = openSync(dirname(path), 'r')
  return { name: `/proc/self/fd/${folder}/${basename(path)}`, release: () => closeSync(folder) }
}

/** How much is copied at a time, while the server's own work waits. */
const pagesAtOnce = 256
const requestBytesMax = 64 * 1024

/** Copies a database while it is in use; the copy is the state at one commit. @throws Error of SQLite or of `proceed`. */
export async function copyDatabase(db: DatabaseSync, path: string, proceed: () => void): Promise<void> {
  for (;;) {
    try {
      await backup(db, path, { rate: pagesAtOnce, progress: proceed })
      return
    } catch (error) {
      // A transaction was open when it began: nothing is copied yet, and the next moment is as good.
      if (sqliteCode(error) !== sqliteBusy) throw error
      proceed()
    }
  }
}

/** Answers whoever wants a copy of an open database. */
export class CopyDoor {
  readonly #db: DatabaseSync
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #copies = new Set<Promise<void>>()
  readonly #socket: SocketName
  #isPrivate = false

  constructor(db: DatabaseSync, databasePath: string) {
    this.#db = db
    const path = doorOf(databasePath)
    this.#socket = socketName(path)
    // The database is ours alone, so a socket that is there is a dead server's.
    rmSync(path, { force: true })
    this.#server = createServer((socket) => this.#greet(socket))
    // A file system that has no sockets has no copies of a running server either; all else works.
    this.#server.on('error', () => {})
    this.#server.listen(this.#socket.name, () => {
      chmodSync(path, 0o600)
      this.#isPrivate = true
    })
    this.#server.unref()
  }

  /** Breaks off copies and takes no more. */
  async close(): Promise<void> {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all(this.#copies)
    this.#socket.release()
  }

  #greet(socket: Socket): void {
    // Until its mode is set, the socket has the one that the process gives to all files.
    if (!this.#isPrivate) {
      socket.destroy()
      return
    }
    this.#sockets.add(socket)
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
      if (text.length > requestBytesMax) socket.destroy()
      else if (text.endsWith('\n')) this.#take(socket, text)
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
  }

  #take(socket: Socket, text: string): void {
    const copy = this.#copy(socket, text).then(
      () => answer(socket, {}),
      (error: Error) => answer(socket, { failed: error.message }),
    )
    this.#copies.add(copy)
    void copy.then(() => this.#copies.delete(copy))
  }

  async #copy(socket: Socket, text: string): Promise<void> {
    const { path, inode } = JSON.parse(text) as CopyRequest
    const file = statSync(path, { throwIfNoEntry: false })
    if (!file?.isFile() || file.ino !== inode || file.size !== 0)
      throw new Error(`the server does not see the file "${path}", or sees another: choose another folder`)
    await copyDatabase(this.#db, path, () => {
      if (socket.destroyed) throw new Error('nobody waits for the copy any more')
    })
  }
}

function answer(socket: Socket, message: CopyAnswer): void {
  if (!socket.destroyed) socket.end(`${JSON.stringify(message)}\n`)
}
