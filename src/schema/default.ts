import { copy } from './copy.ts'
import type { Json } from './object.ts'
import { isPlainObject } from './plain.ts'

/** One step of defaulting: a path, and a type's rules, a value, or the steps of a pod specification. */
export type DefaultStep = readonly [path: string, what: string | { readonly default: unknown }]

/** What a hand-written rule may look at beside its value. */
export interface DefaultContext {
  /** The object that defaulting began at. */
  readonly root: object
  /** The objects from the root down to the value's holder. */
  readonly ancestors: readonly object[]
}

/** Sets what is unset in a value of one type. Must be idempotent. */
export type DefaultFunction<T extends object = never> = (value: T, context: DefaultContext) => void

/** A hand-written rule: runs after the type's data rules, or before them where it must see what was unset. */
export interface HandRule {
  readonly before?: DefaultFunction
  readonly after?: DefaultFunction
}

/** The rules of all types: generated data, and the functions for what no table can tell. */
export interface DefaultRules {
  /** By type: [path below the type, value to set when unset]. */
  readonly data: Readonly<Record<string, readonly (readonly [string, unknown])[]>>
  readonly byHand: Readonly<Record<string, HandRule>>
  /** By root type: its steps in the order in which they run. */
  readonly order: Readonly<Record<string, readonly DefaultStep[]>>
  readonly podSpecSteps: readonly DefaultStep[]
}

type Apply = (value: object, ancestors: readonly object[], root: object) => void

/** The defaulting of all types: give it the name of an object's type and the object. */
export type Defaulter = (typeName: string, object: object) => void

/** Compiles rules, each type's on first use, to a function that sets what an object leaves unset. */
export function defaulter(rules: DefaultRules): Defaulter {
  const compiled = new Map<string, Apply>()
  return (typeName, object) => {
    let apply = compiled.get(typeName)
    if (apply === undefined) {
      apply = compileSteps(rules.order[typeName] ?? [], rules)
      compiled.set(typeName, apply)
    }
    apply(object, [], object)
  }
}

/** Names of the types whose rules the steps of a root type run. */
export function defaultedTypes(typeName: string, rules: Omit<DefaultRules, 'byHand'>): string[] {
  const names = new Set<string>()
  const collect = (steps: readonly DefaultStep[]) => {
    for (const [, what] of steps) {
      if (what === '*PodSpec') collect(rules.podSpecSteps)
      else if (typeof what === 'string') names.add(what.slice(1))
    }
  }
  collect(rules.order[typeName] ?? [])
  return [...names]
}

function compileSteps(steps: readonly DefaultStep[], rules: DefaultRules): Apply {
  const compiled = steps.map(([path, what]): Apply => {
    if (typeof what !== 'string') return setter(path, what.default)
    const apply =
      what === '*PodSpec' ? compileSteps(rules.podSpecSteps, rules) : typeRules(what.slice(1), rules)
    const parts = partsOf(path)
    return (value, ancestors, root) =>
      visit(value, parts, 0, ancestors, (found, above) => apply(found, above, root))
  })
  return (value, ancestors, root) => {
    for (const step of compiled) step(value, ancestors, root)
  }
}

function typeRules(name: string, rules: DefaultRules): Apply {
  const setters = (rules.data[name] ?? []).map(([path, value]) => setter(path, value))
  const hand = rules.byHand[name]
  return (value, ancestors, root) => {
    hand?.before?.(value as never, { root, ancestors })
    for (const set of setters) set(value, ancestors, root)
    hand?.after?.(value as never, { root, ancestors })
  }
}

/** `a.b[].c` as a, b, [], c. */
const partsOf = (path: string): readonly string[] =>
  path === '' ? [] : path.replaceAll('[]', '.[]').split('.')

/** Calls `found` with each object at a path, and with the objects above it. */
function visit(
  value: unknown,
  parts: readonly string[],
  at: number,
  ancestors: readonly object[],
  found: (value: object, ancestors: readonly object[]) => void,
): void {
  if (value === null || typeof value !== 'object') return
  const part = parts[at]
  if (part === undefined) found(value, ancestors)
  else if (part !== '[]')
    visit((value as Record<string, unknown>)[part], parts, at + 1, [...ancestors, value], found)
  else if (Array.isArray(value)) for (const one of value) visit(one, parts, at + 1, ancestors, found)
}

/** Sets the last field of a path where it is unset, in every object that the path leads to. */
function setter(path: string, value: unknown): Apply {
  const parts = partsOf(path)
  return (object) => setUnset(object, parts, 0, value)
}

function setUnset(value: unknown, parts: readonly string[], at: number, wanted: unknown): void {
  const part = parts[at] as string
  if (part === '[]') {
    if (Array.isArray(value)) for (const one of value) setUnset(one, parts, at + 1, wanted)
    return
  }
  if (!isPlainObject(value)) return
  const old = value[part]
  if (at < parts.length - 1) setUnset(old, parts, at + 1, wanted)
  else if (old === undefined || old === null || old === '') value[part] = copy(wanted) as Json
}
