import type { Json } from '#schema/object'
import { KubectlError } from '../fault.ts'
import { JsonPathTemplate, inBraces } from '../jsonpath/template.ts'

/** What `--for` names: that objects come, that they go, or something that holds of them. */
export type Condition =
  | { readonly is: 'create' }
  | { readonly is: 'delete' }
  | { readonly is: 'state'; readonly holds: (object: Json) => boolean }

/** Reads the value of `--for`. @throws KubectlError in upstream's words. */
export function readCondition(text: string): Condition {
  const word = text.toLowerCase()
  if (word === 'create' || word === 'delete') return { is: word }
  if (text.startsWith('condition=')) return { is: 'state', holds: statusCondition(text.slice(10)) }
  if (text.startsWith('jsonpath=')) return { is: 'state', holds: jsonPathCondition(text.slice(9)) }
  throw new KubectlError(`unrecognized condition: ${JSON.stringify(text)}`)
}

interface StatusCondition {
  readonly type?: string
  readonly status?: string
  readonly observedGeneration?: number
}

/** `Ready` or `Ready=false`: an entry of status.conditions that speaks of the object's present generation. */
function statusCondition(text: string): (object: Json) => boolean {
  const at = text.indexOf('=')
  const [type, wanted] = at < 0 ? [text, 'true'] : [text.slice(0, at), text.slice(at + 1)]
  const isEqual = (a: string | undefined, b: string) => a?.toLowerCase() === b.toLowerCase()
  return (object) => {
    const { metadata, status } = object as {
      metadata?: { generation?: number }
      status?: { conditions?: StatusCondition[] }
    }
    const found = status?.conditions?.find((one) => isEqual(one.type, type))
    const isOld = (found?.observedGeneration ?? Infinity) < (metadata?.generation ?? 0)
    return !isOld && isEqual(found?.status, wanted)
  }
}

const pathAndValue = /^(.*\})=([\s\S]*)$|^([^={}]*)=([\s\S]*)$/

/** `{.status.phase}=Running`, or a path alone for a value that only needs to be there. */
function jsonPathCondition(text: string): (object: Json) => boolean {
  const match = pathAndValue.exec(text)
  const path = match ? (match[1] ?? match[3] ?? '') : text
  const wanted = match ? unquoted(match[2] ?? match[4] ?? '') : undefined
  if (wanted === '')
    throw new KubectlError(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    )
  if (path === '') throw new KubectlError('jsonpath expression cannot be empty')
  const template = new JsonPathTemplate(/^\{.*\}$/.test(path) ? path : inBraces(path), true)
  return (object) => {
    const values = template.values(object)
    if (values.length === 0) return false
    return wanted === undefined || isText(values, wanted)
  }
}

/** @throws KubectlError for what cannot be compared with a text. */
function isText(values: readonly Json[], wanted: string): boolean {
  const [value = null] = values
  if (values.length > 1) throw new KubectlError('given jsonpath expression matches more than one value')
  if (value !== null && typeof value === 'object')
    throw new KubectlError('jsonpath leads to a nested object or list which is not supported')
  return `${value}` === wanted
}

const unquoted = (text: string) => /^(["'])(.*)\1$/.exec(text)?.[2] ?? text
