import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { StoreError } from '../contract.ts'
import type { Done, DoneMessage, ReadyMessage, Task, WorkerOptions } from './messages.ts'

/** A task before it has its number. */
export type Asked = Task extends infer T ? (T extends Task ? Omit<T, 'id'> : never) : never

/** What the thread's owner is told, in order: first the message, then the promises of its tasks resolve. */
export interface ThreadEvents {
  done(message: DoneMessage, taskOf: (id: number) => Asked | undefined): void
  /** The thread has died; everything asked and to be asked is refused. */
  died(error: StoreError): void
  /** Goes with each message to the thread. */
  context(): { previous: boolean; nowMs: number }
}

interface Pending {
  readonly task: Asked
  readonly resolve: (done: Done) => void
  readonly reject: (error: unknown) => void
}

/** The source file in development; in a bundle the file that the bundler makes of it, beside the programs. */
function workerUrl(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('./worker.ts', import.meta.url)
  const beside = new URL('./sqlite-worker.js', import.meta.url)
  return existsSync(fileURLToPath(beside)) ? beside : new URL('../sqlite-worker.js', import.meta.url)
}

/** The database thread as promises: all that is asked in one turn of the event loop goes over in one message. */
export class DatabaseThread {
  readonly #worker: Worker
  readonly #events: ThreadEvents
  readonly #pending = new Map<number, Pending>()
  readonly #exited: Promise<void>
  #queue: Task[] = []
  #lastId = 0
  #dead: StoreError | undefined

  private constructor(worker: Worker, events: ThreadEvents) {
    this.#worker = worker
    this.#events = events
    worker.on('message', (message: DoneMessage) => this.#take(message))
    worker.on('error', (error: Error) => this.#die(`the database thread failed: ${error.message}`, error))
    this.#exited = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#die('the store is closed')
        resolve()
      })
    })
  }

  /** Starts the thread and opens the database. @throws StoreError unavailable that says what to do. */
  static async start(options: WorkerOptions, events: ThreadEvents): Promise<[DatabaseThread, ReadyMessage]> {
    const worker = new Worker(workerUrl(), { workerData: options, execArgv: [], name: 'kubeling-sqlite' })
    const ready = await new Promise<ReadyMessage>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    if (ready.failed !== undefined) throw new StoreError('unavailable', ready.failed)
    // By name: without names the worker loses listeners of its own, and with them every message.
    worker.removeAllListeners('message').removeAllListeners('error')
    const thread = new DatabaseThread(worker, events)
    worker.unref()
    return [thread, ready]
  }

  /** Has a task done. @throws StoreError as the task says; unavailable when the thread has died. */
  ask(task: Asked): Promise<Done> {
    if (this.#dead) return Promise.reject(this.#dead)
    const id = ++this.#lastId
    // The thread keeps the process alive only while somebody waits for it.
    if (this.#pending.size === 0) this.#worker.ref()
    if (this.#queue.length === 0) setImmediate(() => this.#flush())
    this.#queue.push({ ...task, id } as Task)
    return new Promise((resolve, reject) => this.#pending.set(id, { task, resolve, reject }))
  }

  /** Closes the database after all that was asked, and ends the thread. */
  async close(): Promise<void> {
    if (!this.#dead) await this.ask({ kind: 'close' }).catch(() => {})
    this.#worker.ref()
    await this.#exited
  }

  #flush(): void {
    const tasks = this.#queue
    this.#queue = []
    if (tasks.length === 0 || this.#dead) return
    const [packed, buffer] = pack(tasks)
    this.#worker.postMessage({ tasks: packed, ...this.#events.context() }, buffer ? [buffer] : [])
  }

  #take(message: DoneMessage): void {
    this.#events.done(message, (id) => this.#pending.get(id)?.task)
    for (const done of message.done) {
      const pending = this.#pending.get(done.id)
      this.#pending.delete(done.id)
      if (!done.failed) pending?.resolve(done)
      else {
        const { code, message: text, revision, current } = done.failed
        pending?.reject(
          new StoreError(code, text, {
            ...(revision !== undefined && { revision }),
            ...(current && { current }),
          }),
        )
      }
    }
    if (this.#pending.size === 0) this.#worker.unref()
  }

  #die(why: string, cause?: unknown): void {
    if (this.#dead) return
    this.#dead = new StoreError('unavailable', why, { cause })
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    for (const { reject } of pending) reject(this.#dead)
    this.#events.died(this.#dead)
  }
}

/** The tasks with their values copied side by side into one buffer, which can be handed over whole. */
function pack(tasks: readonly Task[]): [Task[], ArrayBuffer?] {
  let sizeBytes = 0
  for (const task of tasks) if ('value' in task) sizeBytes += task.value.length
  if (sizeBytes === 0) return [[...tasks]]
  const buffer = new ArrayBuffer(sizeBytes)
  let at = 0
  const packed = tasks.map((task) => {
    if (!('value' in task)) return task
    const value = new Uint8Array(buffer, at, task.value.length)
    value.set(task.value)
    at += value.length
    return { ...task, value }
  })
  return [packed, buffer]
}
