import type { Ask, Connection } from './connection.ts'

/** One request, and its answer's bytes. @throws Error for anything but success. */
export function ask(connection: Connection, asked: Ask): Promise<Buffer> {
  const pieces: Buffer[] = []
  return new Promise((resolve, reject) => {
    connection.send(connection.prepare(asked), {
      data: (piece) => pieces.push(Buffer.from(piece)),
      done(status) {
        const bytes = Buffer.concat(pieces)
        if (status >= 200 && status < 300) resolve(bytes)
        else reject(new Error(`${asked.method} ${asked.path}: ${status} ${bytes.toString().slice(0, 500)}`))
      },
    })
  })
}
