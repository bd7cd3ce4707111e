// What clients do with an object of the API, and what of it they may see. Each write has a value that no other has, so
// the value tells which write is seen.
import type { Model } from './linearizable.ts'

/** The value of an object that is not there. */
export const absent = ''

/** An operation on one object, with its answer; `unknown` for a write of which nobody knows whether it was done. */
export type ObjectOperation =
  | { readonly verb: 'create'; readonly value: string; readonly answer: 'done' | 'exists' | 'unknown' }
  | { readonly verb: 'get'; readonly seen: string }
  | {
      readonly verb: 'update' | 'delete'
      /** The value that is replaced: its resourceVersion is the condition. */
      readonly expected: string
      readonly value: string
      readonly answer: 'done' | 'conflict' | 'absent' | 'unknown'
    }

/** An object of the API, as far as single operations on it tell. */
export const objectModel: Model<ObjectOperation, string> = {
  initial: absent,
  step(state, does) {
    switch (does.verb) {
      case 'get':
        return does.seen === state ? state : undefined
      case 'create':
        if (does.answer === 'exists') return state === absent ? undefined : state
        return state === absent ? does.value : undefined
      case 'update':
      case 'delete':
        return afterChange(state, does)
    }
  },
}

type Change = Extract<ObjectOperation, { expected: string }>

function afterChange(state: string, { expected, value, answer }: Change): string | undefined {
  if (answer === 'absent') return state === absent ? state : undefined
  if (answer === 'conflict') return state === absent || state === expected ? undefined : state
  return state === expected ? value : undefined
}
