import { alignTabs } from './tab-writer.ts'

/** A description while it is written: lines, indented by level, whose columns are aligned in the end. */
export class Page {
  #done = ''
  #open = ''

  /** A line; its level is two spaces each. */
  line(level: number, text: string): void {
    this.#open += `${'  '.repeat(level)}${text}\n`
  }

  /** Text as it is, with its own line ends. */
  raw(text: string): void {
    this.#open += text
  }

  /** Columns of what follows have nothing to do with those above. */
  flush(): void {
    this.#done += alignTabs(this.#open)
    this.#open = ''
  }

  toString(): string {
    this.flush()
    return this.#done
  }
}

/** What a describer is given beside the object. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: number
  /** What happened to the object; undefined when nobody may know. */
  readonly events: readonly EventLike[] | undefined
}

/** The parts of an Event that are shown. */
export interface EventLike {
  readonly type?: string
  readonly reason?: string
  readonly message?: string
  readonly count?: number
  readonly firstTimestamp?: string | null
  readonly lastTimestamp?: string | null
  readonly eventTime?: string | null
  readonly reportingComponent?: string
  readonly source?: { readonly component?: string }
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string | null }
}
