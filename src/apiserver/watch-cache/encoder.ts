import type { ApiError } from '#base/errors'
import { stringifyJson } from '#schema/json'
import type { Call } from '../call.ts'
import { objectBytes, transformOne } from '../present.ts'
import { entryProtobuf, eventFrame, valueProtobuf } from '../protobuf.ts'
import type { Change } from './change.ts'
import type { Entry } from './entry.ts'

type EventType = Change['type'] | 'BOOKMARK'

const line = (type: string, object: string | Buffer) =>
  Buffer.concat([Buffer.from(`{"type":"${type}","object":`), Buffer.from(object), Buffer.from('}\n')])

/** Event bytes in the form that a watcher wants; those of a change are made once for all watchers of that form. */
export class WatchEncoder {
  readonly #call: Call
  readonly #as: string
  readonly #isProtobuf: boolean
  /** Everything on which the bytes of an event depend. */
  readonly #form: string

  constructor(call: Call) {
    this.#call = call
    const { as = '', encoding } = call.form
    this.#isProtobuf = encoding === 'protobuf'
    this.#as = as
    this.#form = `${encoding} ${as}/${as === '' ? '' : (call.info.query.get('includeObject') ?? '')}`
  }

  /** A change as one type of event: a selector's edge may turn a modification into an addition or a deletion. */
  change(change: Change, type: Change['type'], entry: Entry): Buffer {
    const key = `${this.#form} ${type} ${entry === change.entry}`
    let bytes = change.encoded.get(key)
    if (bytes === undefined) {
      bytes = this.entry(type, entry)
      change.encoded.set(key, bytes)
    }
    return bytes
  }

  entry(type: EventType, entry: Entry): Buffer {
    if (this.#as !== '') return this.#value(type, transformOne(this.#call, entry))
    if (this.#isProtobuf) return eventFrame(type, entryProtobuf(this.#call.kind, entry))
    return line(type, objectBytes(this.#call, entry))
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

  #value(type: EventType | 'ERROR', value: unknown): Buffer {
    return this.#isProtobuf ? eventFrame(type, [valueProtobuf(value)]) : line(type, stringifyJson(value))
  }
}
