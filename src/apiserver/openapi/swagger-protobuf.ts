// Swagger 2.0 as protobuf: the form in which kubectl before 1.30 asks for it. Field numbers are gnostic's.
import type { JsonSchema } from '#schema/openapi'
import { ProtobufMessage } from './protobuf-message.ts'

type Members = Readonly<Record<string, JsonSchema>>

const text = (value: unknown) => value as string | undefined
const texts = (value: unknown) => value as readonly string[] | undefined
const members = (value: unknown) => (value ?? {}) as Members
const list = (value: unknown) => (value ?? []) as readonly JsonSchema[]
const start = () => new ProtobufMessage()

/** Any value: its YAML, of which JSON is a part. */
const any = (value: unknown) => start().text(2, `${JSON.stringify(value)}\n`)

const named = (name: string, value: ProtobufMessage) => start().text(1, name).message(2, value)

const namedAll = (values: Members, of: (value: JsonSchema) => ProtobufMessage) =>
  Object.entries(values).map(([name, value]) => named(name, of(value)))

/** Members whose names begin with `x-`. */
const extensions = (schema: JsonSchema) =>
  Object.entries(schema)
    .filter(([name]) => name.startsWith('x-'))
    .map(([name, value]) => named(name, any(value)))

/** A document as gnostic's `openapi.v2.Document`. */
export function swaggerProtobuf(document: JsonSchema): Uint8Array {
  const { title, version } = members(document).info as JsonSchema
  return start()
    .text(1, text(document.swagger))
    .message(2, start().text(1, text(title)).text(2, text(version)))
    .message(8, start().messages(2, namedAll(members(document.paths), pathItem)))
    .message(9, start().messages(1, namedAll(members(document.definitions), schema)))
    .bytes()
}

const operationFields = { get: 2, put: 3, post: 4, delete: 5, options: 6, head: 7, patch: 8 } as const

function pathItem(item: JsonSchema): ProtobufMessage {
  const message = start()
  for (const [method, field] of Object.entries(operationFields)) {
    const one = item[method] as JsonSchema | undefined
    if (one !== undefined) message.message(field, operation(one))
  }
  return message.messages(9, list(item.parameters).map(parameter))
}

function operation(one: JsonSchema): ProtobufMessage {
  return start()
    .texts(1, texts(one.tags))
    .text(3, text(one.description))
    .text(5, text(one.operationId))
    .texts(6, texts(one.produces))
    .texts(7, texts(one.consumes))
    .messages(8, list(one.parameters).map(parameter))
    .message(9, start().messages(1, namedAll(members(one.responses), response)))
    .texts(10, texts(one.schemes))
    .messages(13, extensions(one))
}

function response(one: JsonSchema): ProtobufMessage {
  const body = one.schema === undefined ? undefined : start().message(1, schema(one.schema as JsonSchema))
  return start().message(1, start().text(1, text(one.description)).message(2, body))
}

/** Parameters come in boxes in boxes: by where they stand, then whether they are a body. */
function parameter(one: JsonSchema): ProtobufMessage {
  if (one.in === 'body') {
    const body = start()
      .text(2, text(one.name))
      .text(3, 'body')
      .flag(4, one.required === true)
      .message(5, schema(one.schema as JsonSchema))
    return start().message(1, start().message(1, body))
  }
  const isPath = one.in === 'path'
  const inner = start()
    .flag(1, one.required === true)
    .text(2, text(one.in))
    .text(3, text(one.description))
    .text(4, text(one.name))
    .text(isPath ? 5 : 6, text(one.type))
    .flag(isPath ? 19 : 20, one.uniqueItems === true)
  const place = start().message(isPath ? 4 : 3, inner)
  return start().message(1, start().message(2, place))
}

function schema(one: JsonSchema): ProtobufMessage {
  const { additionalProperties, items, properties } = one
  return start()
    .text(1, text(one.$ref))
    .text(2, text(one.format))
    .text(4, text(one.description))
    .message(5, one.default === undefined ? undefined : any(one.default))
    .texts(19, texts(one.required))
    .messages(20, ((one.enum ?? []) as readonly unknown[]).map(any))
    .message(
      21,
      additionalProperties === undefined
        ? undefined
        : start().message(1, schema(additionalProperties as JsonSchema)),
    )
    .message(22, one.type === undefined ? undefined : start().text(1, text(one.type)))
    .message(23, items === undefined ? undefined : start().message(1, schema(items as JsonSchema)))
    .message(
      25,
      properties === undefined ? undefined : start().messages(1, namedAll(members(properties), schema)),
    )
    .messages(31, extensions(one))
}
