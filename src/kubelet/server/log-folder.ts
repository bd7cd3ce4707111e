import type { Endpoint, KubeletServerOptions } from './contract.ts'
import { plain } from './refusal.ts'

/** `/logs/`: the files of the node's log folder. */
export function logFolderEndpoint({ readLogs }: Pick<KubeletServerOptions, 'readLogs'>): Endpoint {
  return async ({ parts }) => {
    if (!readLogs) return plain('logs endpoint is disabled.', 405)
    const found = await readLogs(parts.join('/'))
    if (!found) return plain('404 page not found\n', 404)
    if (found.is === 'file')
      return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: found.bytes }
    const links = found.names.map((name) => `<a href="${encodeURI(name)}">${escaped(name)}</a>\n`)
    return {
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: new TextEncoder().encode(`<pre>\n${links.join('')}</pre>\n`),
    }
  }
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (letter) => `&#${letter.codePointAt(0)};`)
