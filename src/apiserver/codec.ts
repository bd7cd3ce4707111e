import type { KindDef } from '#kinds/define'
import { decode } from '#schema/decode'
import { type ByteCodec, fromProtobuf, openEnvelope } from '#schema/protobuf-decode'
import type { TypeDef } from '#schema/type'
import { JsonSyntaxError, noDuplicates, type ParsedJson, parseJsonNoting } from '#schema/json'
import type { Json, KubeObject } from '#schema/object'
import { parseYaml } from './parse-yaml.ts'

/** A body that has been parsed and not yet understood. */
export type Parsed = ParsedJson

/** Reads a JSON body. @throws JsonSyntaxError. */
export const fromJson = parseJsonNoting

/** Reads a YAML body. @throws JsonSyntaxError for malformed text and for aliases that multiply. */
export function fromYaml(text: string): Parsed {
  try {
    return { value: parseYaml(text), duplicates: noDuplicates }
  } catch (error) {
    throw new JsonSyntaxError(`error converting YAML to JSON: ${(error as Error).message}`, { cause: error })
  }
}

/** The type that a body should be of; the names are absent where anything is taken for it. */
export interface Expected {
  readonly type: TypeDef
  readonly kind?: string
  readonly apiVersion?: string
}

const platform: ByteCodec = {
  text: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(),
  base64: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
}

/** Reads a protobuf body in its envelope. @throws ProtobufError. */
function fromEnvelope(bytes: Uint8Array, { type, kind, apiVersion }: Expected): Parsed {
  const envelope = openEnvelope(bytes, platform)
  const named = { kind: envelope.kind, apiVersion: envelope.apiVersion }
  // The bytes of another type cannot be read as this one; its names are all that is needed to refuse it.
  const isOther = (kind ?? named.kind) !== named.kind || (apiVersion ?? named.apiVersion) !== named.apiVersion
  if (isOther && named.kind !== '') return { value: named, duplicates: noDuplicates }
  const value = fromProtobuf(type, envelope.raw, platform) as { [key: string]: Json }
  return { value: { ...named, ...value }, duplicates: noDuplicates }
}

type BodyFormat = (bytes: Uint8Array, expected: Expected) => Parsed

const bodyFormats: Readonly<Record<string, BodyFormat>> = {
  'application/json': (bytes) => fromJson(platform.text(bytes)),
  'application/yaml': (bytes) => fromYaml(platform.text(bytes)),
  'application/vnd.kubernetes.protobuf': fromEnvelope,
}

/** The media types that bodies may have. */
export const bodyMediaTypes: readonly string[] = Object.keys(bodyFormats)

/**
 * Reads a body of a media type.
 * @throws JsonSyntaxError, ProtobufError for what cannot be read; undefined for a media type that is not ours.
 */
export const parserOf = (mediaType: string): BodyFormat | undefined => bodyFormats[mediaType]

/** Understands a parsed body as an object of a kind. @throws DecodeError for values of the wrong type. */
export function readAs(
  kind: Pick<KindDef, 'kind' | 'apiVersion' | 'type'>,
  { value, duplicates }: Parsed,
): { object: KubeObject; complaints: readonly string[] } {
  const { object, strict } = decode(kind.type, value, duplicates)
  const read = object as unknown as KubeObject
  read.metadata ??= {}
  return { object: { ...read, kind: kind.kind, apiVersion: kind.apiVersion }, complaints: strict }
}
