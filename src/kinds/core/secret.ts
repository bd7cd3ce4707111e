import { fromBase64, toBase64 } from '#base/base64'
import { type FieldError, invalid, required, tooLong } from '#base/field-error'
import { JsonSyntaxError, parseJson } from '#schema/json'
import { isPlainObject } from '#schema/plain'
import { defineKind, type Rules } from '../define.ts'
import type { Secret as SecretObject } from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'
import { base64Bytes, dataBytesMax, keyErrors, sealErrors, sizeOf } from './data-map.ts'

const accountName = 'kubernetes.io/service-account.name'

type Check = (secret: SecretObject) => Iterable<FieldError>

const has = ({ data }: SecretObject, key: string) => Object.hasOwn(data ?? {}, key)

const requiresAll = (...keys: readonly string[]): Check =>
  function* requiresKeys(secret) {
    for (const key of keys) if (!has(secret, key)) yield required(`data[${key}]`)
  }

const requiresJson = (key: string): Check =>
  function* requiresJsonAt(secret) {
    if (!has(secret, key)) yield required(`data[${key}]`)
    else {
      const fault = jsonFault(fromBase64(secret.data?.[key] ?? ''))
      if (fault !== undefined) yield invalid(`data[${key}]`, '<secret contents redacted>', fault)
    }
  }

/** Why a text is no JSON object, in the words of Go's decoder. */
function jsonFault(text: string): string | undefined {
  try {
    const value = parseJson(text)
    if (value === null || isPlainObject(value)) return undefined
    const word = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
    return `json: cannot unmarshal ${word === 'bigint' ? 'number' : word} into Go value of type map[string]interface {}`
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.message
    throw error
  }
}

/** What secrets of the known types must hold. */
const typeRules: Readonly<Record<string, Check>> = {
  *'kubernetes.io/service-account-token'({ metadata }) {
    if ((metadata.annotations?.[accountName] ?? '') === '') {
      yield required(`metadata.annotations[${accountName}]`)
    }
  },
  'kubernetes.io/dockercfg': requiresJson('.dockercfg'),
  'kubernetes.io/dockerconfigjson': requiresJson('.dockerconfigjson'),
  *'kubernetes.io/basic-auth'(secret) {
    if (has(secret, 'username') || has(secret, 'password')) return
    yield required('data[username]')
    yield required('data[password]')
  },
  *'kubernetes.io/ssh-auth'({ data }) {
    if ((data?.['ssh-privatekey'] ?? '') === '') yield required('data[ssh-privatekey]')
  },
  'kubernetes.io/tls': requiresAll('tls.crt', 'tls.key'),
}

const rules: Rules<SecretObject> = {
  /** Plain texts are a convenience of the sender: they are stored as data. */
  default(secret) {
    if (secret.stringData === undefined) return
    for (const [key, text] of Object.entries(secret.stringData)) {
      secret.data = { ...secret.data, [key]: toBase64(text) }
    }
    delete secret.stringData
  },
  *validate(secret) {
    yield* keyErrors(secret.data, 'data')
    if (sizeOf(secret.data, base64Bytes) > dataBytesMax) yield tooLong('data', dataBytesMax)
    yield* typeRules[secret.type ?? '']?.(secret) ?? []
  },
  *validateUpdate(next, old) {
    if ((next.type ?? '') !== (old.type ?? '')) yield invalid('type', next.type, 'field is immutable')
    yield* sealErrors(next, old, ['data'])
  },
}

/** Secret: bytes by key that are handled with care. */
export const secret = defineKind<SecretObject>(resources['v1/secrets'], {
  cells: { Data: ({ data }) => Object.keys(data ?? {}).length },
  rules,
})
