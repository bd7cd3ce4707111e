import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isLinearizable, type Operation } from './linearizable.ts'
import { absent, objectModel, type ObjectOperation } from './object-history.ts'

type History = readonly (readonly [called: number, answered: number | undefined, does: ObjectOperation])[]

const create = (value: string, answer: 'done' | 'exists' | 'unknown' = 'done'): ObjectOperation => ({
  verb: 'create',
  value,
  answer,
})
const get = (seen: string): ObjectOperation => ({ verb: 'get', seen })
const update = (
  expected: string,
  value: string,
  answer: 'done' | 'conflict' | 'absent' | 'unknown' = 'done',
): ObjectOperation => ({
  verb: 'update',
  expected,
  value,
  answer,
})
const remove = (
  expected: string,
  answer: 'done' | 'conflict' | 'absent' | 'unknown' = 'done',
): ObjectOperation => ({
  verb: 'delete',
  expected,
  value: absent,
  answer,
})

const judge = (history: History) =>
  isLinearizable(
    history.map(([called, answered, does]): Operation<ObjectOperation> => ({ called, answered, does })),
    objectModel,
  )

const good: Readonly<Record<string, History>> = {
  'one after another': [
    [0, 1, create('a')],
    [2, 3, get('a')],
    [4, 5, update('a', 'b')],
    [6, 7, remove('b')],
    [8, 9, get(absent)],
  ],
  'a read beside a write sees either': [
    [0, 1, create('a')],
    [2, 9, update('a', 'b')],
    [3, 4, get('a')],
    [5, 6, get('b')],
  ],
  'of two updates of one state one is refused': [
    [0, 1, create('a')],
    [2, 8, update('a', 'b')],
    [3, 7, update('a', 'c', 'conflict')],
  ],
  'a write without an answer is done late': [
    [0, 1, create('a')],
    [2, undefined, update('a', 'b', 'unknown')],
    [3, 4, get('a')],
    [90, 91, get('b')],
  ],
  'a write without an answer is never done': [
    [0, 1, create('a')],
    [2, undefined, update('a', 'b', 'unknown')],
    [90, 91, get('a')],
  ],
}

const bad: Readonly<Record<string, History>> = {
  'a stale read': [
    [0, 1, create('a')],
    [2, 3, update('a', 'b')],
    [4, 5, get('a')],
  ],
  'a lost write': [
    [0, 1, create('a')],
    [2, 3, get(absent)],
  ],
  'back and forth': [
    [0, 1, create('a')],
    [2, 20, update('a', 'b')],
    [3, 4, get('b')],
    [5, 6, get('a')],
  ],
  'two updates of one state': [
    [0, 1, create('a')],
    [2, 8, update('a', 'b')],
    [3, 7, update('a', 'c')],
  ],
  'a conflict with nobody': [
    [0, 1, create('a')],
    [2, 3, update('a', 'b', 'conflict')],
  ],
  'a deleted object comes back': [
    [0, 1, create('a')],
    [2, 3, remove('a')],
    [4, 5, get('a')],
  ],
  'a write without an answer, done and undone': [
    [0, 1, create('a')],
    [2, undefined, update('a', 'b', 'unknown')],
    [3, 4, get('b')],
    [5, 6, get('a')],
  ],
}

for (const [name, history] of Object.entries(good)) test(`fine: ${name}`, () => assert.ok(judge(history)))
for (const [name, history] of Object.entries(bad)) test(`found: ${name}`, () => assert.ok(!judge(history)))

test('whatever is done one at a time is fine, also when the times of calls and answers are widened', () => {
  const script = fc.array(fc.tuple(fc.nat(3), fc.nat(30), fc.nat(30)), { maxLength: 40 })
  fc.assert(
    fc.property(script, (steps) => {
      let state = absent
      const history = steps.map(([what, before, after], i) => {
        const does = [
          get(state),
          create(`v${i}`, state === absent ? 'done' : 'exists'),
          update(state === absent ? 'old' : state, `v${i}`, state === absent ? 'absent' : 'done'),
          remove(state === absent ? 'old' : state, state === absent ? 'absent' : 'done'),
        ][what] as ObjectOperation
        state = objectModel.step(state, does) as string
        return [i * 10 - before, i * 10 + after + 1, does] as const
      })
      assert.ok(judge(history))
    }),
  )
})
