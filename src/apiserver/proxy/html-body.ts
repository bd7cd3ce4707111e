import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { deflateRaw, gunzip, gzip, inflateRaw } from 'node:zlib'
import { rewriteLinks } from './html-links.ts'

interface Coding {
  readonly unpack: (bytes: Buffer) => Promise<Buffer>
  readonly pack: (bytes: Buffer) => Promise<Buffer>
}

const asItIs = async (bytes: Buffer) => bytes

const codings: Readonly<Record<string, Coding>> = {
  '': { unpack: asItIs, pack: asItIs },
  gzip: { unpack: promisify<Buffer, Buffer>(gunzip), pack: promisify<Buffer, Buffer>(gzip) },
  deflate: { unpack: promisify<Buffer, Buffer>(inflateRaw), pack: promisify<Buffer, Buffer>(deflateRaw) },
}

const codingOf = ({ headers }: IncomingMessage) => codings[headers['content-encoding'] ?? '']

/** Whether an answer is a page whose links we can rewrite. */
export function isPage(answer: IncomingMessage): boolean {
  const [type = ''] = (answer.headers['content-type'] ?? '').split(';')
  return type.trim() === 'text/html' && codingOf(answer) !== undefined
}

/** A page with its links rewritten, coded as it came. */
export async function pageBody(
  answer: IncomingMessage,
  rewrite: (link: string) => string,
): Promise<Uint8Array> {
  const { unpack, pack } = codingOf(answer) as Coding
  const html = (await unpack(await buffer(answer))).toString()
  return pack(Buffer.from(rewriteLinks(html, rewrite)))
}
