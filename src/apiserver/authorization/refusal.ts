import { ApiError, forbidden } from '#base/errors'
import type { HttpResponse } from '#base/http'
import { uncached } from '../answer.ts'
import type { Access } from './contract.ts'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Refusals must not look like HTML to a browser. */
const plain = (text: string) => text.replaceAll(/[&<>]/g, (char) => entities[char] as string)

const quoted = (text: string) => JSON.stringify(text)

/** The 403 that tells who may not do what, and why. */
export function refusal(access: Access, reason: string): ApiError {
  const why = reason === '' ? '' : `: ${reason}`
  const text = `${plain(whatIsRefused(access))}${why}`
  if (!access.isResource) return new ApiError('Forbidden', `forbidden: ${text}`, { details: {} })
  return forbidden({ group: access.group, resource: access.resource }, access.name, text)
}

function whatIsRefused(access: Access): string {
  const { user, verb, group, resource, subresource, namespace } = access
  const who = `User ${quoted(user.name)} cannot ${verb}`
  if (!access.isResource) return `${who} path ${quoted(access.path)}`
  const what = quoted(subresource === '' ? resource : `${resource}/${subresource}`)
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${quoted(namespace)}`
  return `${who} resource ${what} in API group ${quoted(group)} ${where}`
}

/** The answer where nobody could decide: plain text, as upstream gives it. */
export const undecided = (url: string, error: Error): HttpResponse => ({
  status: 500,
  headers: { ...uncached, 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: Buffer.from(`${plain(`Internal Server Error: ${quoted(url)}: ${error.message}`)}\n`),
})
