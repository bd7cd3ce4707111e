import type { KindDef } from '#kinds/define'
import { decode } from '#schema/decode'
import { parseJson } from '#schema/json'
import type { KubeObject } from '#schema/object'
import { type Entry, typeHead } from './entry.ts'

const noLabels: Readonly<Record<string, string>> = {}

/** An entry that is bytes until somebody asks for the object: most are only sent. */
export class StoredEntry implements Entry {
  readonly key: string
  readonly revision: number
  readonly bytes: Buffer
  readonly #kind: KindDef
  readonly #decoded: DecodedObjects
  #object: Readonly<KubeObject> | undefined
  #labels: Readonly<Record<string, string>> | undefined

  constructor(kind: KindDef, decoded: DecodedObjects, key: string, revision: number, bytes: Buffer) {
    this.#kind = kind
    this.#decoded = decoded
    this.key = key
    this.revision = revision
    this.bytes = bytes
  }

  get name(): string {
    return this.key.slice(this.key.lastIndexOf('/') + 1)
  }

  get namespace(): string {
    if (!this.#kind.namespaced) return ''
    const end = this.key.lastIndexOf('/')
    return this.key.slice(this.key.lastIndexOf('/', end - 1) + 1, end)
  }

  get labels(): Readonly<Record<string, string>> {
    // A list by label looks at all objects once: that is no reason to keep them decoded.
    this.#labels ??= (this.#object ?? objectOf(this.#kind, this.bytes)).metadata.labels ?? noLabels
    return this.#labels
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
