// Whether what clients saw of one object can be put in an order in which each operation takes effect at one moment between
// its call and its answer: Wing and Gong's search, with Lowe's memory of what has been tried.

/** Something a client did, with the times of its call and its answer. */
export interface Operation<Does> {
  readonly does: Does
  readonly called: number
  /** Undefined when no answer came: it may have taken effect at any time after its call, or never. */
  readonly answered: number | undefined
}

/** What operations do to an object; states are compared by identity, so they must be strings or numbers. */
export interface Model<Does, State extends string | number> {
  readonly initial: State
  /** The state after the operation; undefined when its answer cannot have been given in this state. */
  step(state: State, does: Does): State | undefined
}

interface Point<Does> {
  readonly operation: Operation<Does>
  readonly bit: bigint
  readonly isCall: boolean
  /** A call's answer. */
  answer: Point<Does> | undefined
  before: Point<Does> | undefined
  after: Point<Does> | undefined
}

interface Choice<Does, State> {
  readonly call: Point<Does>
  readonly state: State
}

/** True when the history has such an order. */
export function isLinearizable<Does, State extends string | number>(
  history: readonly Operation<Does>[],
  model: Model<Does, State>,
): boolean {
  const head = chain(history)
  const tried = new Set<string>()
  const choices: Choice<Does, State>[] = []
  let state = model.initial
  let done = 0n
  // Operations without an answer need not be placed.
  let open = history.filter(({ answered }) => answered !== undefined).length
  let point = head.after
  while (open > 0) {
    if (point?.isCall) {
      const next = model.step(state, point.operation.does)
      const key = next === undefined ? '' : `${done | point.bit} ${next}`
      if (next === undefined || tried.has(key)) {
        point = point.after
        continue
      }
      tried.add(key)
      choices.push({ call: point, state })
      state = next
      done |= point.bit
      if (point.answer) open--
      lift(point)
      point = head.after
      continue
    }
    // An answer came before its operation had a place: the last choice was wrong.
    const choice = choices.pop()
    if (choice === undefined) return false
    state = choice.state
    done &= ~choice.call.bit
    if (choice.call.answer) open++
    putBack(choice.call)
    point = choice.call.after
  }
  return true
}

/** All calls and answers in the order of time, behind a head that is neither. */
function chain<Does>(history: readonly Operation<Does>[]): Point<Does> {
  const points = history.flatMap((operation, i) => {
    const parts = { operation, bit: 1n << BigInt(i), answer: undefined, before: undefined, after: undefined }
    const call: Point<Does> = { ...parts, isCall: true }
    if (operation.answered === undefined) return [{ at: operation.called, point: call }]
    const answer: Point<Does> = { ...parts, isCall: false }
    call.answer = answer
    return [
      { at: operation.called, point: call },
      { at: operation.answered, point: answer },
    ]
  })
  // At one and the same time calls come first: then more orders are possible, and none is blamed wrongly.
  points.sort((a, b) => a.at - b.at || Number(b.point.isCall) - Number(a.point.isCall))
  const head = { before: undefined, after: undefined } as unknown as Point<Does>
  let last = head
  for (const { point } of points) {
    last.after = point
    point.before = last
    last = point
  }
  return head
}

function unlink<Does>(point: Point<Does>): void {
  if (point.before) point.before.after = point.after
  if (point.after) point.after.before = point.before
}

function link<Does>(point: Point<Does>): void {
  if (point.before) point.before.after = point
  if (point.after) point.after.before = point
}

function lift<Does>(call: Point<Does>): void {
  unlink(call)
  if (call.answer) unlink(call.answer)
}

function putBack<Does>(call: Point<Does>): void {
  if (call.answer) link(call.answer)
  link(call)
}
