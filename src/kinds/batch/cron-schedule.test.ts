import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scheduleFault } from './cron-schedule.ts'

test('sound schedules', () => {
  const sound = [
    '* * * * *',
    '0 3 1 1 0',
    '*/5 8-18 ? JAN-mar Mon-Fri',
    '0,30 */2 1,15 * *',
    '5/15 * * * *',
    '  0  0  *  *  *  ',
    '1-10/3 * * * *',
    '@daily',
    '@hourly',
    '@every 1h30m',
    '@every .5s',
    '@every 0',
  ]
  for (const schedule of sound) assert.equal(scheduleFault(schedule), undefined, schedule)
})

test('what is wrong with a schedule, in the words of its parser', () => {
  const syntax = (text: string) =>
    `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`
  const rows: [string, string][] = [
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['0 0 0 0 0 0', 'expected exactly 5 fields, found 6: [0 0 0 0 0 0]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* 24 * * *', 'end of range (24) above maximum (23): 24'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['* * * 13 *', 'end of range (13) above maximum (12): 13'],
    ['* * * * 7', 'end of range (7) above maximum (6): 7'],
    ['10-5 * * * *', 'beginning of range (10) beyond end of range (5): 10-5'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['*/-1 * * * *', 'negative number (-1) not allowed: -1'],
    ['x * * * *', syntax('x')],
    ['-1 * * * *', syntax('')],
    ['* * * foo *', syntax('foo')],
    ['@fortnightly', 'unrecognized descriptor: @fortnightly'],
    ['@every 5', 'failed to parse duration @every 5: time: missing unit in duration "5"'],
    ['@every 5x', 'failed to parse duration @every 5x: time: unknown unit "x" in duration "5x"'],
    ['@every x', 'failed to parse duration @every x: time: invalid duration "x"'],
    ['@every ', 'failed to parse duration @every : time: invalid duration ""'],
  ]
  for (const [schedule, fault] of rows) assert.equal(scheduleFault(schedule), fault, schedule)
})
