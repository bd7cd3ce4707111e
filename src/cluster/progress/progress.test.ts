import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '#testkit/virtual-clock'
import { createProgress, type Tell } from './progress.ts'

function setUp(isTerminal: boolean) {
  const clock = new VirtualClock()
  let text = ''
  const screen = { isTerminal, columns: 40, write: (more: string) => void (text += more) }
  const gate = Promise.withResolvers<void>()
  let tell: Tell = () => {}
  const progress = createProgress(screen, clock)
  const running = progress.step('Baking', (given) => {
    tell = given
    return gate.promise
  })
  return { clock, progress, running, gate, tell: (detail: string) => tell(detail), text: () => text }
}

test('elsewhere than on a terminal, a quick step is one line', async () => {
  const { clock, running, gate, tell, text } = setUp(false)
  tell('flour')
  await clock.advance(400)
  gate.resolve()
  await running
  assert.equal(text(), '✓ Baking (0.4s)\n')
})

test('elsewhere than on a terminal, a slow step tells what it does, each thing once', async () => {
  const { clock, running, gate, tell, text } = setUp(false)
  tell('flour')
  await clock.advance(1000)
  tell('flour')
  tell('water\n')
  tell('')
  await clock.advance(1000)
  gate.resolve()
  await running
  assert.equal(text(), '  Baking: flour\n  Baking: water\n✓ Baking (2.0s)\n')
})

test('a slow step that says nothing is named', async () => {
  const { clock, running, gate, text } = setUp(false)
  await clock.advance(1000)
  assert.equal(text(), '  Baking ...\n')
  gate.resolve()
  await running
})

test('a failed step is marked, and its error passed on', async () => {
  const { running, gate, text } = setUp(false)
  gate.reject(new Error('no flour'))
  await assert.rejects(running, /no flour/)
  assert.equal(text(), '✗ Baking (0.0s)\n')
})

test('on a terminal one line is written again and again, never longer than the terminal, and then left alone', async () => {
  const { clock, running, gate, tell, text } = setUp(true)
  tell(`flour ${'x'.repeat(100)}`)
  await clock.advance(100)
  const lines = text().split('\r\x1b[K').slice(1)
  assert.deepEqual(lines[0], '⠋ Baking  0.0s')
  assert.match(lines[1] ?? '', /^⠙ Baking {2}0\.1s {2}flour x+$/)
  assert.equal(lines[1]?.length, 39)
  gate.resolve()
  await running
  assert.ok(text().endsWith('\r\x1b[K✓ Baking (0.1s)\n'))
  assert.equal(clock.waiting, 0)
})
