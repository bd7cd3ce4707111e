import type { Readable } from 'node:stream'
import { ApiError } from '#base/errors'

const empty = new Uint8Array(0)

/** The refusal of a body that is longer than the server reads. */
export const bodyTooLarge = (bytesMax: number) =>
  new ApiError('RequestEntityTooLarge', `Request entity too large: limit is ${bytesMax}`)

/** Reads a request body to its end. @throws ApiError RequestEntityTooLarge when it is longer than `bytesMax`. */
export function readBody(
  stream: Readable,
  lengthText: string | undefined,
  bytesMax: number,
): Promise<Uint8Array> {
  const length = lengthText === undefined ? undefined : Number(lengthText)
  if (length === 0) {
    stream.resume()
    return Promise.resolve(empty)
  }
  if (length !== undefined && length > bytesMax) return Promise.reject(bodyTooLarge(bytesMax))
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    let total = 0
    const onData = (piece: Buffer) => {
      total += piece.length
      if (total > bytesMax) settle(() => reject(bodyTooLarge(bytesMax)))
      else pieces.push(piece)
    }
    const onEnd = () =>
      settle(() => resolve(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)))
    const onGone = () => settle(() => reject(new ApiError('BadRequest', 'unexpected EOF')))
    const settle = (finish: () => void) => {
      stream.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone)
      stream.on('error', () => {})
      if (!stream.readableEnded) stream.pause()
      finish()
    }
    stream.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
    if (stream.destroyed && !stream.readableEnded) onGone()
  })
}
