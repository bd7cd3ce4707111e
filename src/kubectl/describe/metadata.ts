import type { Meta } from '#schema/object'
import { lastApplied } from '../apply/last-applied.ts'
import type { Page } from './page.ts'

/** A map over several lines under one title, `<none>` when it is empty. */
export function writeMap(page: Page, title: string, map: Readonly<Record<string, string>> = {}): void {
  writeList(
    page,
    title,
    sortedEntries(map).map(([key, value]) => `${key}=${value}`),
  )
}

/** Texts one below the other under one title, `<none>` when there are none. */
export function writeList(page: Page, title: string, texts: readonly string[]): void {
  const [first = '<none>', ...rest] = texts
  page.line(0, `${title}:\t${first}`)
  for (const text of rest) page.line(0, `\t${text}`)
}

/** Longer annotations are broken off. */
const annotationMax = 140

/** Annotations; long ones and those of several lines stand below their names. */
export function writeAnnotations(page: Page, annotations: Readonly<Record<string, string>> = {}): void {
  const shown = sortedEntries(annotations).filter(([key]) => key !== lastApplied)
  const texts = shown.flatMap(([key, given]) => {
    const value = given.replace(/\n$/, '')
    if (value.length + key.length + 2 <= annotationMax && !value.includes('\n')) return [`${key}: ${value}`]
    return [`${key}:`, ...value.split('\n').map((line) => `  ${shorten(line, annotationMax - 2)}`)]
  })
  writeList(page, 'Annotations', texts)
}

const shorten = (text: string, max: number) => (text.length > max ? `${text.slice(0, max)}...` : text)

/** Members in the order of their names. */
export function sortedEntries<T>(map: Readonly<Record<string, T>> = {}): [string, T][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Name, namespace, labels and annotations, as most descriptions begin. */
export function writeHead(page: Page, { name = '', namespace, labels, annotations }: Meta): void {
  page.line(0, `Name:\t${name}`)
  if (namespace !== undefined) page.line(0, `Namespace:\t${namespace}`)
  writeMap(page, 'Labels', labels)
  writeAnnotations(page, annotations)
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (value: number) => String(value).padStart(2, '0')

/** A time as descriptions show it: `Mon, 23 Nov 2026 14:17:24 +0000`. Times are shown in UTC. */
export function longTime(text: string | null | undefined): string {
  if (text === undefined || text === null) return 'Mon, 01 Jan 0001 00:00:00 +0000'
  const at = new Date(text)
  const day = `${days[at.getUTCDay()]}, ${two(at.getUTCDate())} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()}`
  return `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`
}
