import type { Json, KubeObject } from '#schema/object'
import { writeEvents } from './events.ts'
import { writeHead } from './metadata.ts'
import { Page, type Surroundings } from './page.ts'

const shownInHead = ['managedFields', 'name', 'namespace', 'labels', 'annotations']

/** An object of a kind that has no description of its own: all of its fields. */
export function describeAny(object: KubeObject, around: Surroundings): string {
  const page = new Page()
  writeHead(page, object.metadata)
  const metadata = Object.fromEntries(
    Object.entries(object.metadata).filter(([name]) => !shownInHead.includes(name)),
  )
  writeMembers(page, 0, { ...object, metadata } as unknown as Members)
  writeEvents(page, around)
  return page.toString()
}

type Members = { [key: string]: Json }

function writeMembers(page: Page, level: number, members: Members): void {
  for (const name of Object.keys(members).sort((a, b) => (a < b ? -1 : 1))) {
    const value = members[name] as Json
    if (Array.isArray(value)) writeItems(page, level, name, value)
    else if (value !== null && typeof value === 'object') {
      page.line(level, `${titleOf(name)}:`)
      writeMembers(page, level + 1, value)
    } else page.line(level, `${titleOf(name)}:\t${plain(value)}`)
  }
}

function writeItems(page: Page, level: number, name: string, items: readonly Json[]): void {
  page.line(level, `${titleOf(name)}:`)
  for (const item of items) {
    if (item !== null && typeof item === 'object' && !Array.isArray(item)) writeMembers(page, level + 1, item)
    else page.line(level + 1, plain(item))
  }
}

const plain = (value: Json) =>
  value === null ? '<nil>' : typeof value === 'object' ? JSON.stringify(value) : `${value}`

const acronyms = new Set(['api', 'url', 'uid', 'osb', 'guid'])

/** `Creation Timestamp` for `creationTimestamp`, `API Version` for `apiVersion`. */
function titleOf(name: string): string {
  const words = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^A-Za-z\d]+/g) ?? [name]
  return words
    .filter((word) => word !== '_')
    .map((word) =>
      acronyms.has(word.toLowerCase()) ? word.toUpperCase() : word[0]?.toUpperCase() + word.slice(1),
    )
    .join(' ')
}
