import { noRoute } from '#base/errors'
import type { HttpRequest, HttpResponse } from '#base/http'
import type { Route } from '../contract.ts'
import { readOnly } from './json-answer.ts'

/** What is at a path of the log folder; undefined when nothing is, or nothing that may be shown. */
export type ReadLogs = (
  path: string,
) => Promise<{ is: 'folder'; names: readonly string[] } | { is: 'file'; bytes: Uint8Array } | undefined>

const encoder = new TextEncoder()
const escape = (text: string) => text.replace(/[&<>"']/g, (found) => `&#${found.codePointAt(0)};`)

/** `/logs/`: the log folder, to look into. */
export function logsRoute(read: ReadLogs): Route {
  return {
    path: '/logs/',
    below: true,
    handle: readOnly(async (request: HttpRequest): Promise<HttpResponse> => {
      const found = await read(decodedPath(request.url).slice('/logs/'.length))
      if (!found) throw noRoute()
      return found.is === 'folder' ? folderPage(found.names) : filePage(found.bytes)
    }),
  }
}

function decodedPath(url: string): string {
  try {
    return decodeURIComponent(url.split('?', 1)[0] as string)
  } catch {
    throw noRoute()
  }
}

const folderPage = (names: readonly string[]): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: encoder.encode(
    `<pre>\n${names.map((name) => `<a href="${encodeURI(name)}">${escape(name)}</a>\n`).join('')}</pre>\n`,
  ),
})

const filePage = (bytes: Uint8Array): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: bytes,
})
