import { tooLong } from '#base/field-error'
import { byteLength } from '#schema/name-rules'
import { defineKind, type Rules } from '../define.ts'
import type { ConfigMap as ConfigMapObject } from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'
import { base64Bytes, dataBytesMax, keyErrors, sealErrors, sizeOf } from './data-map.ts'

const count = (map: object | undefined) => Object.keys(map ?? {}).length

const rules: Rules<ConfigMapObject> = {
  *validate({ data, binaryData }) {
    const twice = 'duplicate of key present in binaryData'
    yield* keyErrors(data, 'data', (key) => (Object.hasOwn(binaryData ?? {}, key) ? [twice] : []))
    yield* keyErrors(binaryData, 'binaryData')
    if (sizeOf(data, byteLength) + sizeOf(binaryData, base64Bytes) > dataBytesMax) {
      yield tooLong('', dataBytesMax)
    }
  },
  validateUpdate: (next, old) => sealErrors(next, old, ['data', 'binaryData']),
}

/** ConfigMap: texts and bytes by key, for pods to read. */
export const configMap = defineKind<ConfigMapObject>(resources['v1/configmaps'], {
  cells: { Data: ({ data, binaryData }) => count(data) + count(binaryData) },
  rules,
})
