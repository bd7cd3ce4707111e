// The database's thread: commits block here, never the event loop of the server.
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { Database } from './database.ts'
import type { Done, Task, TaskMessage, WorkerOptions } from './messages.ts'

/** How many tasks share one transaction at most. */
const groupMax = 1024

function serve(port: MessagePort, database: Database): void {
  const door = database.openDoor()
  port.postMessage(database.ready())
  port.on('message', (first: TaskMessage) => {
    const tasks = [...first.tasks]
    let { previous, nowMs } = first
    // Whatever came in while the last group was being written is the next group.
    while (tasks.length < groupMax) {
      const next = (receiveMessageOnPort(port) as { message: TaskMessage } | undefined)?.message
      if (next === undefined) break
      tasks.push(...next.tasks)
      previous = next.previous
      nowMs = next.nowMs
    }
    if (tasks.some((task) => task.kind === 'close')) void close(tasks, previous, nowMs)
    else answer(tasks, previous, nowMs)
  })
  const answer = (tasks: readonly Task[], previous: boolean, nowMs: number) => {
    const message = database.run(tasks, previous, nowMs)
    port.postMessage(message, buffersOf(message.done))
  }
  const close = async (tasks: readonly Task[], previous: boolean, nowMs: number) => {
    await door.close()
    answer(tasks, previous, nowMs)
    port.close()
  }
}

/** The bytes of an answer, to be handed over instead of copied. */
function buffersOf(done: readonly Done[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  const add = (bytes: Uint8Array | undefined) => {
    if (bytes && bytes.length > 0) buffers.add(bytes.buffer as ArrayBuffer)
  }
  for (const { item, items, changes, failed } of done) {
    add(item?.value)
    add(failed?.current?.value)
    for (const { value } of items ?? []) add(value)
    for (const { value, previous } of changes ?? []) {
      add(value)
      add(previous)
    }
  }
  return [...buffers]
}

/** Opens the database; a failure is the first and last message. */
function start(port: MessagePort): void {
  let database: Database
  try {
    database = new Database(workerData as WorkerOptions)
  } catch (error) {
    port.postMessage({ failed: (error as Error).message, revision: 0, compacted: 0, nextExpiryMs: undefined })
    port.close()
    return
  }
  serve(port, database)
}

if (parentPort) start(parentPort)
