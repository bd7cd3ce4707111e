import type { KindDef } from '#kinds/define'
import { canonical } from '#schema/canonical'
import { decode } from '#schema/decode'
import { parseJson } from '#schema/json'
import type { Json, KubeObject } from '#schema/object'
import { type Entry, typeHead } from './entry.ts'
import type { Facts } from './facts.ts'

/** An entry that is bytes until somebody asks for the object: most are only sent. */
export class StoredEntry implements Entry {
  readonly key: string
  readonly revision: number
  readonly bytes: Buffer
  readonly labels: Facts['labels']
  readonly fields: Facts['fields']
  readonly #kind: KindDef
  readonly #decoded: DecodedObjects
  #object: Readonly<KubeObject> | undefined

  constructor(
    kind: KindDef,
    decoded: DecodedObjects,
    stored: Pick<Entry, 'key' | 'revision' | 'bytes'>,
    facts: Facts,
    object?: Readonly<KubeObject>,
  ) {
    this.#kind = kind
    this.#decoded = decoded
    this.key = stored.key
    this.revision = stored.revision
    this.bytes = stored.bytes
    this.labels = facts.labels
    this.fields = facts.fields
    if (object === undefined) return
    this.#object = object
    decoded.hold(this)
  }

  get name(): string {
    return this.key.slice(this.key.lastIndexOf('/') + 1)
  }

  get namespace(): string {
    if (!this.#kind.namespaced) return ''
    const end = this.key.lastIndexOf('/')
    return this.key.slice(this.key.lastIndexOf('/', end - 1) + 1, end)
  }

  get object(): Readonly<KubeObject> {
    if (this.#object === undefined) {
      this.#object = objectOf(this.#kind, this.bytes)
      this.#decoded.hold(this)
    }
    return this.#object
  }

  /** Keeps the bytes only. */
  forget(): void {
    this.#object = undefined
  }
}

/** Reads shown bytes. @throws JsonSyntaxError. */
export function objectOf(kind: KindDef, bytes: Buffer): KubeObject {
  const text = `{${typeHead(kind)}${bytes.toString('utf8', 1)}`
  const json = parseJson(text)
  // Rules are given an unset list as decoding gives it, not as the null that stands for it in JSON.
  return (text.includes(':null') ? decode(kind.type, json).object : json) as unknown as KubeObject
}

/** What objectOf() would read of bytes that this object was encoded into, without reading them. */
export function readBack(kind: KindDef, bytes: Buffer, object: KubeObject): KubeObject {
  const json = canonical(kind.type, object)
  return bytes.includes(':null')
    ? (decode(kind.type, json as unknown as Json).object as unknown as KubeObject)
    : json
}

/** The objects that have been decoded of late: an object takes several times the memory of its bytes. */
export class DecodedObjects {
  readonly #bytesMax: number
  #entries: StoredEntry[] = []
  #first = 0
  #bytes = 0

  /** @param bytesMax of the JSON of all objects that are kept. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Notes an entry that has just decoded its object; the oldest forget theirs when there are too many. */
  hold(entry: StoredEntry): void {
    this.#entries.push(entry)
    this.#bytes += entry.bytes.length
    while (this.#bytes > this.#bytesMax && this.#first < this.#entries.length) {
      const oldest = this.#entries[this.#first++] as StoredEntry
      this.#bytes -= oldest.bytes.length
      oldest.forget()
    }
    if (this.#first * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first)
      this.#first = 0
    }
  }
}
