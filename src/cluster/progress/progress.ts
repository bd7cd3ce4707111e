import type { Clock } from '#base/clock'

/** Where progress is shown. */
export interface Screen {
  write(text: string): void
  /** True for a terminal, where a line can be written again. */
  readonly isTerminal: boolean
  /** Columns of the terminal. */
  readonly columns: number
}

/** Tells more of what a step is doing now. */
export type Tell = (detail: string) => void

/** Shows steps while they are done: one line that is written again and again on a terminal, plain lines elsewhere. */
export interface Progress {
  /** Runs one step; its title stands with a tick and its time when it is done. */
  step<T>(title: string, work: (tell: Tell) => Promise<T>): Promise<T>
  /** Writes text for good. */
  say(text: string): void
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const frameMs = 100
/** Elsewhere than on a terminal, a step that takes no longer than this is only told when it is done. */
const quietMs = 1000

/** Progress on a screen. */
export function createProgress(screen: Screen, clock: Clock): Progress {
  return {
    async step(title, work) {
      const line = screen.isTerminal
        ? new LiveLine(screen, clock, title)
        : new PlainLines(screen, clock, title)
      try {
        const result = await work((detail) => line.tell(detail))
        line.end('✓')
        return result
      } catch (error) {
        line.end('✗')
        throw error
      }
    },
    say: (text) => screen.write(`${text}\n`),
  }
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)}s`
/** The last line of a text that may be many. */
const lastLine = (text: string) =>
  text
    .trim()
    .split(/[\r\n]/)
    .at(-1) ?? ''

class LiveLine {
  readonly #screen: Screen
  readonly #clock: Clock
  readonly #title: string
  readonly #since: number
  #detail = ''
  #frame = 0
  #cancel = () => {}

  constructor(screen: Screen, clock: Clock, title: string) {
    this.#screen = screen
    this.#clock = clock
    this.#title = title
    this.#since = clock.monotonic()
    this.#draw()
  }

  tell(detail: string): void {
    const line = lastLine(detail)
    if (line !== '') this.#detail = line
  }

  end(mark: string): void {
    this.#cancel()
    const tookMs = this.#clock.monotonic() - this.#since
    this.#screen.write(`\r\x1b[K${mark} ${this.#title} (${seconds(tookMs)})\n`)
  }

  #draw(): void {
    const { columns } = this.#screen
    const took = seconds(this.#clock.monotonic() - this.#since)
    const frame = frames[this.#frame++ % frames.length]
    const text = [`${frame} ${this.#title}`, took, this.#detail].filter((part) => part !== '').join('  ')
    this.#screen.write(`\r\x1b[K${text.slice(0, Math.max(20, columns - 1))}`)
    this.#cancel = this.#clock.after(frameMs, () => this.#draw(), { unref: true })
  }
}

class PlainLines {
  readonly #screen: Screen
  readonly #clock: Clock
  readonly #title: string
  readonly #since: number
  readonly #cancel: () => void
  #detail = ''

  constructor(screen: Screen, clock: Clock, title: string) {
    this.#screen = screen
    this.#clock = clock
    this.#title = title
    this.#since = clock.monotonic()
    this.#cancel = clock.after(quietMs, () => this.#print(), { unref: true })
  }

  tell(detail: string): void {
    const line = lastLine(detail)
    if (line === '' || line === this.#detail) return
    this.#detail = line
    if (this.#clock.monotonic() - this.#since >= quietMs) this.#print()
  }

  #print(): void {
    const detail = this.#detail === '' ? ' ...' : `: ${this.#detail}`
    this.#screen.write(`  ${this.#title}${detail}\n`)
  }

  end(mark: string): void {
    this.#cancel()
    const tookMs = this.#clock.monotonic() - this.#since
    this.#screen.write(`${mark} ${this.#title} (${seconds(tookMs)})\n`)
  }
}
