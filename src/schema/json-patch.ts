import { copy } from './copy.ts'
import { equal } from './equal.ts'
import { pointerParts } from './json-pointer.ts'
import { sentDepthMax, setMember, stringifyJson } from './json.ts'
import type { Json } from './object.ts'
import { isPlainObject } from './plain.ts'

/** A patch that cannot be applied, in the words of upstream's library. */
export class JsonPatchError extends Error {
  override readonly name = 'JsonPatchError'
}

/** Patches with more operations are refused. */
export const patchOperationsMax = 10_000
/** What `copy` operations may add in all. */
const copiedBytesMax = 3 * 1024 * 1024

const missing = 'missing value'

interface Operation {
  readonly op: string
  readonly path: string
  readonly from: string
  /** undefined when the operation has none. */
  readonly value: Json | undefined
}

/** Applies a JSON patch (RFC 6902) to a copy of a document. @throws JsonPatchError. */
export function applyJsonPatch(document: Json, patch: Json): Json {
  const operations = operationsOf(patch)
  const state = { root: copy(document), copiedBytes: 0 }
  for (const operation of operations) applyOperation(state, operation)
  return state.root
}

/** The operations of a patch. @throws JsonPatchError for what is no list of operations. */
function operationsOf(patch: Json): Operation[] {
  if (!Array.isArray(patch)) {
    const word = isPlainObject(patch) ? 'object' : typeof patch
    throw new JsonPatchError(`json: cannot unmarshal ${word} into Go value of type jsonpatch.Patch`)
  }
  if (patch.length > patchOperationsMax) {
    throw new JsonPatchError(
      `The allowed maximum operations in a JSON patch is ${patchOperationsMax}, got ${patch.length}`,
    )
  }
  return patch.map((one) => {
    if (!isPlainObject(one)) {
      throw new JsonPatchError('json: cannot unmarshal value into Go value of type jsonpatch.Operation')
    }
    const text = (name: string) => (typeof one[name] === 'string' ? one[name] : undefined)
    return {
      op: text('op') ?? 'unknown',
      path: pathOf(one, 'path'),
      from: text('from') ?? '',
      value: one.value,
    }
  })
}

function pathOf(operation: { [key: string]: Json }, name: string): string {
  const path = operation[name]
  if (typeof path === 'string') return path
  throw new JsonPatchError(`${stringifyJson(operation.op)} operation failed to decode path: ${missing}`)
}

interface State {
  root: Json
  copiedBytes: number
}

function applyOperation(state: State, operation: Operation): void {
  switch (operation.op) {
    case 'add':
      return add(state.root, operation)
    case 'remove':
      return remove(state.root, operation)
    case 'replace':
      return replace(state, operation)
    case 'move':
      return move(state.root, operation)
    case 'copy':
      return copyValue(state, operation)
    case 'test':
      return testValue(state.root, operation)
    default:
      throw new JsonPatchError(`Unexpected kind: ${operation.op}`)
  }
}

type Container = Json[] | { [key: string]: Json }

/** The object or list that holds what a pointer names, and the last part of the pointer. */
function holderOf(root: Json, pointer: string): { holder: Container; key: string } | undefined {
  const parts = pointerParts(pointer)
  if (parts === undefined) return undefined
  const key = parts.pop() as string
  let value: Json | undefined = root
  for (const part of parts) {
    value = isContainer(value) ? read(value, part) : undefined
    if (value === undefined) return undefined
  }
  return isContainer(value) ? { holder: value, key } : undefined
}

const isContainer = (value: Json | undefined): value is Container =>
  typeof value === 'object' && value !== null

/** An element or member; undefined when there is none. */
function read(holder: Container, key: string): Json | undefined {
  if (Array.isArray(holder)) return /^-?\d+$/.test(key) ? holder.at(Number(key)) : undefined
  return Object.hasOwn(holder, key) ? holder[key] : undefined
}

/** A place in a list; negative ones count from the end. @throws JsonPatchError outside of it. */
function indexOf(key: string, length: number, where: string): number {
  if (!/^[+-]?\d+$/.test(key)) {
    throw new JsonPatchError(`${where}: strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`)
  }
  const index = Number(key)
  const place = index < 0 ? index + length : index
  if (place < 0 || place >= length) {
    throw new JsonPatchError(`${where}: Unable to access invalid index: ${index}: invalid index referenced`)
  }
  return place
}

/** An element or member, undefined for a member that is not there. @throws JsonPatchError outside of a list. */
function get(holder: Container, key: string, where: string): Json | undefined {
  return Array.isArray(holder) ? holder[indexOf(key, holder.length, where)] : read(holder, key)
}

function insert(holder: Container, key: string, value: Json, where: string): void {
  if (!Array.isArray(holder)) setMember(holder, key, value)
  else if (key === '-') holder.push(value)
  else {
    const isIndex = /^[+-]?\d+$/.test(key)
    const place = indexOf(
      key,
      holder.length + 1,
      isIndex ? where : `${where}: value was not a proper array index: '${key}'`,
    )
    holder.splice(place, 0, value)
  }
}

function take(holder: Container, key: string, where: string): void {
  if (Array.isArray(holder)) holder.splice(indexOf(key, holder.length, where), 1)
  else if (Object.hasOwn(holder, key)) delete holder[key]
  else throw new JsonPatchError(`${where}: Unable to remove nonexistent key: ${key}: ${missing}`)
}

function isDeeper(value: Json, levels: number): boolean {
  if (!isContainer(value)) return false
  return levels <= 0 || Object.values(value).some((one) => isDeeper(one, levels - 1))
}

/** Patches, too, nest no deeper than what is sent whole. @throws JsonPatchError. */
function checkDepth(path: string, value: Json): void {
  const levels = sentDepthMax - (pointerParts(path)?.length ?? 0)
  if (isDeeper(value, levels)) throw new JsonPatchError(`error for path: '${path}': exceeded max depth`)
}

function add(root: Json, { path, value }: Operation): void {
  const found = holderOf(root, path)
  if (!found) {
    throw new JsonPatchError(`add operation does not apply: doc is missing path: "${path}": ${missing}`)
  }
  checkDepth(path, value ?? null)
  insert(found.holder, found.key, copy(value ?? null), `error in add for path: '${path}'`)
}

function remove(root: Json, { path }: Operation): void {
  const found = holderOf(root, path)
  if (!found) {
    throw new JsonPatchError(`remove operation does not apply: doc is missing path: "${path}": ${missing}`)
  }
  take(found.holder, found.key, `error in remove for path: '${path}'`)
}

function replace(state: State, { path, value = null }: Operation): void {
  if (path === '') return replaceRoot(state, value)
  const found = holderOf(state.root, path)
  if (!found) {
    throw new JsonPatchError(`replace operation does not apply: doc is missing path: ${path}: ${missing}`)
  }
  checkDepth(path, value)
  const { holder, key } = found
  if (!Array.isArray(holder)) return setMember(holder, key, copy(value))
  if (!/^[+-]?\d+$/.test(key) || holder.at(Number(key)) === undefined) {
    throw new JsonPatchError(`replace operation does not apply: doc is missing key: ${path}: ${missing}`)
  }
  holder[indexOf(key, holder.length, '')] = copy(value)
}

/** Upstream leaves the document as it is when its replacement is a scalar. */
function replaceRoot(state: State, value: Json): void {
  if (isContainer(value)) state.root = copy(value)
}

function move(root: Json, { path, from }: Operation): void {
  const source = holderOf(root, from)
  if (!source) {
    throw new JsonPatchError(`move operation does not apply: doc is missing from path: ${from}: ${missing}`)
  }
  const value = get(source.holder, source.key, `error in move for path: '${source.key}'`) ?? null
  take(source.holder, source.key, `error in move for path: '${source.key}'`)
  const target = holderOf(root, path)
  if (!target) {
    throw new JsonPatchError(
      `move operation does not apply: doc is missing destination path: ${path}: ${missing}`,
    )
  }
  checkDepth(path, value)
  insert(target.holder, target.key, value, `error in move for path: '${path}'`)
}

function copyValue(state: State, { path, from }: Operation): void {
  const source = holderOf(state.root, from)
  if (!source) {
    throw new JsonPatchError(`copy operation does not apply: doc is missing from path: ${from}: ${missing}`)
  }
  const value = get(source.holder, source.key, `error in copy for from: '${from}'`) ?? null
  const target = holderOf(state.root, path)
  if (!target) {
    throw new JsonPatchError(
      `copy operation does not apply: doc is missing destination path: ${path}: ${missing}`,
    )
  }
  checkDepth(path, value)
  state.copiedBytes += stringifyJson(value).length
  if (state.copiedBytes > copiedBytesMax) {
    throw new JsonPatchError(
      `Unable to complete the copy, the accumulated size increase of copy is ${state.copiedBytes}, exceeding the limit ${copiedBytesMax}`,
    )
  }
  insert(target.holder, target.key, copy(value), 'error while adding value during copy')
}

function testValue(root: Json, { path, value = null }: Operation): void {
  const failed = `testing value ${path} failed: test failed`
  const found = path === '' ? { holder: [root], key: '0' } : holderOf(root, path)
  if (!found) {
    throw new JsonPatchError(`test operation does not apply: is missing path: ${path}: ${missing}`)
  }
  const actual = get(found.holder, found.key, `error in test for path: '${path}'`) ?? null
  if (!equal(actual, value)) throw new JsonPatchError(failed)
}
