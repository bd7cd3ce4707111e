import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typeNamed } from '#kinds/types'
import { JsonSyntaxError } from './json.ts'
import { type ByteCodec, fromProtobuf, openEnvelope } from './protobuf-decode.ts'
import { ProtobufError, toDouble, toInteger, wireFields } from './protobuf-wire.ts'
import { seededRandom } from '#testkit/seeded-random'

const codec: ByteCodec = {
  text: (bytes) => Buffer.from(bytes).toString(),
  base64: (bytes) => Buffer.from(bytes).toString('base64'),
}
const secret = typeNamed('io.k8s.api.core.v1.Secret')
const container = typeNamed('io.k8s.api.core.v1.Container')
const schema = typeNamed('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps')

/** A length-delimited field of less than 128 bytes. */
const field = (number: number, bytes: readonly number[] | string): number[] => {
  const content = typeof bytes === 'string' ? [...Buffer.from(bytes)] : bytes
  assert.ok(content.length < 128)
  return [(number << 3) | 2, content.length, ...content]
}

test('fromProtobuf() reads texts, bytes and maps, the last value of a field winning', () => {
  const metadata = field(1, [
    ...field(1, 'a'),
    ...field(1, 'b'),
    ...field(11, [...field(1, 'k'), ...field(2, 'v')]),
  ])
  const data = field(2, [...field(1, 'p'), ...field(2, 'hi')])
  assert.deepEqual(
    fromProtobuf(secret, Uint8Array.from([...metadata, ...data, ...field(3, 'Opaque')]), codec),
    {
      metadata: { name: 'b', labels: { k: 'v' } },
      data: { p: 'aGk=' },
      type: 'Opaque',
    },
  )
})

test('fromProtobuf() passes over fields that the type does not have', () => {
  const unknown = [...field(100 - 88, 'x'), 0x78, 1, 0x7d, 1, 2, 3, 4, 0x79, 1, 2, 3, 4, 5, 6, 7, 8]
  assert.deepEqual(fromProtobuf(secret, Uint8Array.from([...unknown, ...field(3, 'Opaque')]), codec), {
    type: 'Opaque',
  })
})

test('fromProtobuf() keeps the sign and the size of numbers', () => {
  assert.equal(toInteger(2n ** 64n - 5n), -5)
  assert.equal(toInteger(9_007_199_254_740_993n), 9_007_199_254_740_993n)
  assert.equal(toDouble(0x3ff8000000000000n), 1.5)
  const port = field(6, [0x18, 0x90, 0x3f])
  assert.deepEqual(fromProtobuf(container, Uint8Array.from(port), codec), {
    ports: [{ containerPort: 8080 }],
  })
})

test('openEnvelope() gives the names and the bytes, and refuses what has no envelope', () => {
  const names = field(1, [...field(1, 'v1'), ...field(2, 'Secret')])
  const bytes = Uint8Array.from([0x6b, 0x38, 0x73, 0, ...names, ...field(2, field(3, 'T'))])
  const { apiVersion, kind, raw } = openEnvelope(bytes, codec)
  assert.deepEqual([apiVersion, kind, [...raw]], ['v1', 'Secret', field(3, 'T')])
  assert.throws(() => openEnvelope(Buffer.from('{}'), codec), ProtobufError)
})

test('wireFields() refuses bytes that are no message', () => {
  for (const bytes of [
    [0x0a],
    [0x0a, 5, 1],
    [0],
    [0x0b],
    [0x08, ...Array<number>(11).fill(0xff)],
    [0x0d, 1],
  ]) {
    assert.throws(() => [...wireFields(Uint8Array.from(bytes))], ProtobufError, String(bytes))
  }
})

const varint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 0x80))]

test('fromProtobuf() refuses what is nested without end', () => {
  const nested = (levels: number) => {
    let bytes = Buffer.alloc(0)
    // Field 28 of a schema is the schema that must not hold.
    for (let i = 0; i < levels; i++) {
      bytes = Buffer.concat([Uint8Array.from([...varint((28 << 3) | 2), ...varint(bytes.length)]), bytes])
    }
    return bytes
  }
  assert.deepEqual(fromProtobuf(schema, nested(2), codec), { not: { not: {} } })
  assert.throws(() => fromProtobuf(schema, nested(2_000), codec), /exceeded max depth/)
})

test('fromProtobuf() of any bytes gives a value or one of the two refusals', () => {
  const random = seededRandom(3)
  const start = [...field(1, field(1, 'a')), ...field(2, [...field(1, 'p'), ...field(2, 'hi')])]
  for (let round = 0; round < 3_000; round++) {
    const bytes = Uint8Array.from(start, (byte) =>
      random.next() < 0.1 ? Math.floor(random.next() * 256) : byte,
    )
    try {
      fromProtobuf(secret, bytes, codec)
    } catch (error) {
      assert.ok(error instanceof ProtobufError || error instanceof JsonSyntaxError, String(error))
    }
  }
})
