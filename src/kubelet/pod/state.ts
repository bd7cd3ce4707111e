// Where a pod is in its life on this node:
//
//   waiting ──started──▶ running ──────┐
//      │                    │          │ ended (deleted, no longer wanted, completed, past its deadline)
//      └─────── ended ──────┴──────────▼
//                                 terminating ──gone──▶ terminated ──cleaned──▶ terminated (cleaned)
//
// Laws: grace only shrinks; terminated never runs again; nothing starts after termination is asked.
import type { Pod } from '#kinds/gen/core-v1'
import { graceMsOf } from './grace.ts'
import { nextBackoff, type Backoff } from './restart-backoff.ts'

/**
 * Why a pod ends: by its object's deletion, because no source names it, by itself, past activeDeadlineSeconds, or because
 * the node takes back what it uses.
 */
export type EndReason = 'deleted' | 'unwanted' | 'completed' | 'deadline' | 'evicted'

/** Why a node ends a pod that nobody asked to end, as its status shows it. */
export interface Eviction {
  /** Evicted, or Terminated where the node itself goes. */
  readonly reason: string
  readonly message: string
}

export type PodState =
  | { readonly phase: 'waiting'; readonly pod: Pod }
  | {
      readonly phase: 'running'
      readonly pod: Pod
      /** By container: how long its next restart must wait. */
      readonly backoff: ReadonlyMap<string, Backoff>
    }
  | {
      readonly phase: 'terminating'
      readonly pod: Pod
      readonly reason: EndReason
      /** Why it was evicted, in the words that its status shows; kept whatever asks for its end after that. */
      readonly eviction?: Eviction
      readonly since: number
      /** When processes that still run are killed; only ever moves nearer. */
      readonly deadline: number
    }
  | {
      readonly phase: 'terminated'
      readonly pod: Pod
      readonly reason: EndReason
      readonly eviction?: Eviction
      /** True when nothing of the pod is left on the node. */
      readonly cleaned: boolean
    }

export type PodEvent =
  /** A source names the pod, with this spec. */
  | { readonly type: 'wanted'; readonly pod: Pod }
  /** No source names the pod any more. */
  | { readonly type: 'unwanted' }
  /** The pod is about to have its sandbox. */
  | { readonly type: 'started' }
  /** A container is about to start. */
  | { readonly type: 'starting'; readonly container: string }
  /** All containers ended for good. */
  | { readonly type: 'completed' }
  /** The pod ran longer than it may. */
  | { readonly type: 'deadline' }
  /** The node takes back what the pod uses; its processes have this long to end. */
  | ({ readonly type: 'evicted'; readonly graceSeconds: number } & Eviction)
  /** The runtime confirms that nothing of the pod runs. */
  | { readonly type: 'gone' }
  /** Volumes and, for a deleted pod, containers are removed. */
  | { readonly type: 'cleaned' }

/** A pod that a source just named; one that already ended, or is deleted, never starts. */
export function initialState(pod: Pod, now: number): PodState {
  return next({ phase: 'waiting', pod }, { type: 'wanted', pod }, now)
}

const hasEnded = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed'

/** The state after an event. */
export function next(state: PodState, event: PodEvent, now: number): PodState {
  switch (state.phase) {
    case 'waiting':
    case 'running':
      return nextAlive(state, event, now)
    case 'terminating':
      return nextTerminating(state, event, now)
    case 'terminated':
      return nextTerminated(state, event)
  }
}

type Alive = Extract<PodState, { phase: 'waiting' | 'running' }>
/** The state of a pod that had to end by then already: its grace is not longer for being told of a second time. */
export const endingBy = (state: PodState, deadline: number | undefined): PodState =>
  state.phase === 'terminating' && deadline !== undefined && deadline < state.deadline
    ? { ...state, deadline }
    : state

type Terminating = Extract<PodState, { phase: 'terminating' }>

function nextAlive(state: Alive, event: PodEvent, now: number): PodState {
  switch (event.type) {
    case 'wanted':
      return ifEnded({ ...state, pod: event.pod }, now)
    case 'started':
      return state.phase === 'running' ? state : { phase: 'running', pod: state.pod, backoff: new Map() }
    case 'starting':
      return state.phase === 'waiting' ? state : withBackoff(state, event.container, now)
    case 'unwanted':
    case 'completed':
    case 'deadline':
      return end(state.pod, event.type, now)
    case 'evicted': {
      const ending = end(state.pod, 'evicted', now)
      const deadline = Math.min(ending.deadline, now + event.graceSeconds * 1000)
      return { ...ending, deadline, eviction: { reason: event.reason, message: event.message } }
    }
    case 'gone':
    case 'cleaned':
      return state
  }
}

function ifEnded(state: Alive, now: number): PodState {
  if (state.pod.metadata.deletionTimestamp !== undefined) return end(state.pod, 'deleted', now)
  // Only a pod that this node does not run yet takes the API's word that it ended: a stale copy must not stop one that does.
  return state.phase === 'waiting' && hasEnded(state.pod) ? end(state.pod, 'completed', now) : state
}

function withBackoff(state: Extract<PodState, { phase: 'running' }>, name: string, now: number): PodState {
  const backoff = new Map(state.backoff)
  backoff.set(name, nextBackoff(backoff.get(name), now))
  return { ...state, backoff }
}

function end(pod: Pod, reason: EndReason, now: number): Terminating {
  return { phase: 'terminating', pod, reason, since: now, deadline: now + graceMsOf(pod) }
}

function nextTerminating(state: Terminating, event: PodEvent, now: number): PodState {
  switch (event.type) {
    case 'wanted': {
      if (event.pod.metadata.deletionTimestamp === undefined)
        return { ...state, pod: keepSpec(state, event.pod) }
      // Grace may only shrink: a second delete can hurry a pod, never slow it.
      const deadline = Math.min(state.deadline, now + graceMsOf(event.pod))
      return { ...state, pod: event.pod, reason: 'deleted', deadline }
    }
    case 'unwanted':
      return { ...state, reason: state.reason === 'deleted' ? 'deleted' : 'unwanted' }
    case 'gone':
      return { ...pick(state), phase: 'terminated', cleaned: false }
    case 'started':
    case 'starting':
    case 'completed':
    case 'deadline':
    case 'evicted':
    case 'cleaned':
      return state
  }
}

const pick = ({ pod, reason, eviction }: Terminating) => ({
  pod,
  reason,
  ...(eviction !== undefined && { eviction }),
})

/** A pod that was seen deleted stays deleted, whatever older copy of it comes after. */
const keepSpec = (state: Terminating, pod: Pod) => (state.reason === 'deleted' ? state.pod : pod)

type Terminated = Extract<PodState, { phase: 'terminated' }>

function nextTerminated(state: Terminated, event: PodEvent): PodState {
  switch (event.type) {
    case 'wanted': {
      const isDeleted = event.pod.metadata.deletionTimestamp !== undefined
      if (!isDeleted) return state.reason === 'deleted' ? state : { ...state, pod: event.pod }
      // What a completed pod kept for its logs goes with its object.
      return {
        ...state,
        pod: event.pod,
        reason: 'deleted',
        cleaned: state.reason === 'deleted' && state.cleaned,
      }
    }
    case 'unwanted':
      return isRemoved(state.reason) ? state : { ...state, reason: 'unwanted', cleaned: false }
    case 'cleaned':
      return { ...state, cleaned: true }
    case 'started':
    case 'starting':
    case 'completed':
    case 'deadline':
    case 'evicted':
    case 'gone':
      return state
  }
}

/** True for a pod of which nothing is kept: its object goes, or is gone. */
export const isRemoved = (reason: EndReason): boolean => reason === 'deleted' || reason === 'unwanted'
