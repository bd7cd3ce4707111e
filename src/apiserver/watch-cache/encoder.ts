import type { ApiError } from '#base/errors'
import { stringifyJson } from '#schema/json'
import type { Call } from '../call.ts'
import { transformOne } from '../present.ts'
import { entryProtobuf, eventFrame, valueProtobuf } from '../protobuf.ts'
import type { Change } from './change.ts'
import { type Entry, typeHead } from './entry.ts'

type EventType = Change['type'] | 'BOOKMARK'

const lineEnd = Buffer.from('}\n')

const line = (type: string, object: string | Uint8Array) =>
  Buffer.concat([Buffer.from(`{"type":"${type}","object":`), Buffer.from(object), lineEnd])

/** Events in the form that a watcher wants, as pieces: the object's own bytes are not copied for it. */
export class WatchEncoder {
  /** Everything on which the bytes of an event depend, besides the event. */
  readonly form: string
  readonly #call: Call
  readonly #as: string
  readonly #isProtobuf: boolean
  readonly #heads = new Map<string, Buffer>()

  constructor(call: Call) {
    this.#call = call
    const { as = '', encoding } = call.form
    this.#isProtobuf = encoding === 'protobuf'
    this.#as = as
    const { apiVersion, kind } = call.kind
    const includes = as === '' ? '' : (call.info.query.get('includeObject') ?? '')
    this.form = `${apiVersion} ${kind} ${encoding} ${as}/${includes}`
  }

  /** A change as one type of event. What costs more than putting pieces together is made once for all watchers. */
  change(change: Change, type: Change['type'], entry: Entry): readonly Uint8Array[] {
    if (this.#as === '') return this.entry(type, entry)
    const key = `${this.form} ${type} ${entry === change.entry}`
    let pieces = change.encoded.get(key)
    if (pieces === undefined) {
      pieces = this.entry(type, entry)
      change.encoded.set(key, pieces)
    }
    return pieces
  }

  entry(type: EventType, entry: Entry): readonly Uint8Array[] {
    if (this.#as !== '') return [this.#value(type, transformOne(this.#call, entry))]
    const { core, kind } = this.#call
    if (this.#isProtobuf) return [eventFrame(type, entryProtobuf(kind, entry))]
    const shown = core.parts.presentation?.entry(kind, entry) ?? entry
    return [this.#headOf(type), shown.bytes.subarray(1), lineEnd]
  }

  /** Nothing but a revision: everything up to it has been sent. */
  bookmark(revision: number, annotations?: Readonly<Record<string, string>>): Buffer {
    const { kind, form } = this.#call
    const { kind: name, apiVersion } =
      form.as === undefined ? kind : { kind: form.as, apiVersion: 'meta.k8s.io/v1' }
    const metadata = {
      resourceVersion: String(revision),
      ...(form.as !== 'Table' && { creationTimestamp: null }),
      ...(annotations && { annotations }),
    }
    const rest = form.as === 'Table' ? { columnDefinitions: [], rows: [] } : {}
    return this.#value('BOOKMARK', { kind: name, apiVersion, metadata, ...rest })
  }

  error(error: ApiError): Buffer {
    return this.#value('ERROR', error.toStatus())
  }

  /** What stands before the members that an entry's bytes begin with. */
  #headOf(type: EventType): Buffer {
    let head = this.#heads.get(type)
    if (head === undefined) {
      head = Buffer.from(`{"type":"${type}","object":{${typeHead(this.#call.kind)}`)
      this.#heads.set(type, head)
    }
    return head
  }

  #value(type: EventType | 'ERROR', value: unknown): Buffer {
    return this.#isProtobuf ? eventFrame(type, [valueProtobuf(value)]) : line(type, stringifyJson(value))
  }
}
