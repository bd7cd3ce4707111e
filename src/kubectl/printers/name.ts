import type { Json } from '#schema/object'
import { listItems } from './list-items.ts'

interface Named {
  readonly kind?: string
  readonly apiVersion?: string
  readonly metadata?: { readonly name?: string }
}

/** `pod/web` or `deployment.apps/web`, a line for each object of a list; `done` is appended: `pod/web created`. */
export function toName(object: Json, done = ''): string {
  return (listItems(object) ?? [object])
    .map((one) => `${nameOf(one as Named)}${done === '' ? '' : ` ${done}`}\n`)
    .join('')
}

/** `pod/web`, `deployment.apps/web`. */
export function nameOf({ kind = '', apiVersion = '', metadata }: Named): string {
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : ['']
  const type = kind === '' ? '<unknown>' : kind.toLowerCase()
  return `${type}${group === '' ? '' : `.${group}`}/${metadata?.name || '<unknown>'}`
}
