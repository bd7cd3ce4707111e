import assert from 'node:assert/strict'
import type { KindDef, RuleContext } from '#kinds/define'
import { validateMeta, validateMetaUpdate } from '#kinds/meta'
import { decode } from '#schema/decode'
import { copy } from '#schema/copy'
import type { Json, KubeObject } from '#schema/object'

const context = (subresource: string): RuleContext => ({ now: 0, subresource })

/** An object as the API server has it after decoding and defaulting. */
export function read<T extends KubeObject>(kind: KindDef, json: object): T {
  const object = decode(kind.type, json as Json).object as unknown as T
  object.metadata ??= {}
  kind.fillIn(object)
  return object
}

/** A new object as it is stored, its rules not asked. */
export function stored<T extends KubeObject>(kind: KindDef, json: object): T {
  const object = read<T>(kind, json)
  kind.rules.prepareCreate?.(object, context(''))
  Object.assign(object.metadata, {
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  })
  return object
}

/** Everything that a create of the object is refused for, as the message of the refusal tells it. */
export function createFaults(kind: KindDef, json: object): string[] {
  const object = read(kind, json)
  kind.rules.prepareCreate?.(object, context(''))
  const errors = [...validateMeta(kind, object), ...(kind.rules.validate?.(object, context('')) ?? [])]
  return [...new Set(errors.map(({ path, body }) => `${path}: ${body}`))]
}

/** What a write to a stored object comes to. */
export interface Written<T> {
  readonly object: T
  readonly faults: string[]
}

/** Writes a changed copy of a stored object through an endpoint. */
export function write<T extends KubeObject>(
  kind: KindDef,
  old: T,
  change: (object: T) => void,
  subresource = '',
): Written<T> {
  const sent = copy(old)
  change(sent)
  const next = read<T>(kind, sent)
  const about = context(subresource)
  kind.rules.prepareUpdate?.(next, old, about)
  const errors = [
    ...validateMetaUpdate(kind, next, old),
    ...(kind.rules.validate?.(next, about) ?? []),
    ...(kind.rules.validateUpdate?.(next, old, about) ?? []),
  ]
  return { object: next, faults: [...new Set(errors.map(({ path, body }) => `${path}: ${body}`))] }
}

/** A change that spoils a sound object, and all that a create is then refused for. */
export type Spoiled<T> = readonly [spoil: (object: T) => unknown, ...expected: (string | RegExp)[]]

/** Checks rows of spoiled objects: each is refused for what its row says and nothing else. */
export function refuses<T extends KubeObject>(
  kind: KindDef,
  sound: () => T,
  rows: readonly Spoiled<T>[],
): void {
  assert.deepEqual(createFaults(kind, sound()), [], 'the object is sound before it is spoiled')
  for (const [spoil, ...expected] of rows) {
    const object = sound()
    spoil(object)
    told(createFaults(kind, object), expected, String(spoil))
  }
}

/** Compares faults with what is expected: whole texts, or patterns. */
export function told(faults: readonly string[], expected: readonly (string | RegExp)[], what: string): void {
  assert.equal(faults.length, expected.length, `${what}\n${faults.join('\n')}`)
  for (const [i, one] of expected.entries()) {
    if (typeof one === 'string') assert.equal(faults[i], one)
    else assert.match(faults[i] as string, one)
  }
}
