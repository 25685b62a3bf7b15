/**
 * Loaded before the shipped program (`NODE_OPTIONS=--import=…/fault-points.mjs`): counts the steps at which the program
 * changes files under FAULT_ROOT (by default DATA_DIR), commits a transaction or asks an S3 service, and at one of them
 * kills the process or makes the call fail. The program itself knows nothing of it. What to do is read at each step from
 * the file FAULT_PLAN, so that a test can prepare everything first; every step that matches is written to
 * `<FAULT_PLAN>.trace` before it is made.
 */
import fs from 'node:fs';
import http from 'node:http';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { relative } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const { appendFileSync, readFileSync } = fs;
const planPath = process.env.FAULT_PLAN;
const root = process.env.FAULT_ROOT ?? process.env.DATA_DIR ?? '';
const paths = new Map();
let planText = '';
let plan;
let count = 0;

function currentPlan() {
  let text = '';
  try {
    text = readFileSync(planPath, 'utf8');
  } catch {
    // No plan, no fault.
  }
  if (text !== planText) {
    planText = text;
    plan = text ? JSON.parse(text) : undefined;
    count = 0;
  }
  return plan;
}

function fail(code, step) {
  return Object.assign(new Error(`${code}: made to fail, ${step}`), { code, errno: -1, syscall: step.split(' ')[0] });
}

/** The fault that hits this step, or undefined. */
function faultAt(step) {
  const current = currentPlan();
  if (!current || !new RegExp(current.step).test(step)) return undefined;
  count += 1;
  appendFileSync(`${planPath}.trace`, `${step}\n`);
  const isHit =
    current.nth === 0 ? current.isLasting === true : current.isLasting ? count >= current.nth : count === current.nth;
  if (!isHit || current.action !== 'stop') return isHit ? current : undefined;
  if (current.when === 'after') return current;
  // Until somebody sends SIGCONT; then the call is made.
  standStill();
  return undefined;
}

function standStill() {
  process.kill(process.pid, 'SIGSTOP');
}

function die() {
  process.kill(process.pid, 'SIGKILL');
}

function nameOf(path) {
  const name = relative(root, path).replaceAll(/[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>');
  const partial = name.replace(/^(uploads\/[^/]+\/(?:\d+|copy))\.[0-9a-f]{16}$/, '$1.<random>');
  return partial.replace(/^blobs\/[0-9a-f]{2}(\/[0-9a-f]{2})?/, (_, inner) => (inner ? 'blobs/xx/xx' : 'blobs/xx'));
}

/** The step that a call is, or undefined where it does not concern DATA_DIR or changes nothing. */
function stepOf(operation, [first, second]) {
  // What a link changes is the directory of its new name.
  if (operation === 'link') return stepOf('link to', [second]);
  const path = typeof first === 'number' ? paths.get(first) : typeof first === 'string' ? first : undefined;
  if (path === undefined || relative(root, path).startsWith('..')) return undefined;
  const isReading = typeof second === 'number' ? (second & 3) === 0 : second === 'r' || second === undefined;
  if (operation === 'open' && isReading) return undefined;
  return `${operation} ${nameOf(path)}`;
}

function wrapAsynchronous(operation) {
  const original = fs[operation];
  fs[operation] = function faulty(...args) {
    const done = args.at(-1);
    if (operation === 'open') {
      args[args.length - 1] = (error, fd) => {
        if (!error) paths.set(fd, args[0]);
        done(error, fd);
      };
    }
    const step = stepOf(operation, args);
    const fault = step && faultAt(step);
    if (!fault) return original.apply(fs, args);
    if (fault.action === 'stop') {
      args[args.length - 1] = (...results) => {
        standStill();
        done(...results);
      };
      return original.apply(fs, args);
    }
    if (fault.action !== 'kill') return process.nextTick(done, fail(fault.action, step));
    if (fault.when === 'before') return die();
    args[args.length - 1] = die;
    return original.apply(fs, args);
  };
}

function wrapSynchronous(operation) {
  const original = fs[`${operation}Sync`];
  fs[`${operation}Sync`] = function faulty(...args) {
    const step = stepOf(operation, args);
    const fault = step && faultAt(step);
    if (fault?.action === 'kill' && fault.when === 'before') die();
    if (fault && fault.action !== 'kill') throw fail(fault.action, step);
    const result = original.apply(fs, args);
    if (operation === 'open') paths.set(result, args[0]);
    if (fault) die();
    return result;
  };
}

/** Commits of better-sqlite3, which writes files without Node knowing. */
function wrapSqlite(Database) {
  const prepare = Database.prototype.prepare;
  Database.prototype.prepare = function faulty(sql) {
    const statement = prepare.call(this, sql);
    if (!/^\s*COMMIT/i.test(sql)) return statement;
    const run = statement.run;
    statement.run = (...args) => {
      const fault = faultAt('commit');
      if (fault?.when === 'before') die();
      const result = run.apply(statement, args);
      if (fault) die();
      return result;
    };
    return statement;
  };
}

/** As every driver of PostgreSQL sends it: a simple query (protocol 3.0, message Q), whatever bundle the driver is in. */
const COMMIT = Buffer.from('Q\0\0\0\x0bCOMMIT\0');

/** Commits at PostgreSQL. `cut`: the server commits, and the answer is lost with the connection. */
function wrapPostgres() {
  const { emit, write } = Socket.prototype;
  Socket.prototype.write = function faulty(...args) {
    const isCommit = Buffer.isBuffer(args[0]) && COMMIT.equals(args[0]);
    const fault = isCommit ? faultAt('commit') : undefined;
    if (fault?.action === 'kill' && fault.when === 'before') die();
    if (fault) {
      this.emit = function answered(event, ...values) {
        if (event !== 'data') return emit.call(this, event, ...values);
        if (fault.action === 'kill') die();
        this.emit = emit;
        this.destroy(fail('ECONNRESET', 'commit'));
        return true;
      };
    }
    return write.apply(this, args);
  };
}

/** Requests to an S3 service, the only ones that the program makes. */
function wrapRequests() {
  const original = http.request;
  http.request = function faulty(options, ...others) {
    const { pathname, searchParams } = new URL(options.path ?? '/', 'http://s3');
    const query = [...searchParams.keys()].filter((name) => name !== 'x-id').sort();
    const folder = pathname.split('/')[3] ?? '';
    const fault = faultAt(`s3 ${options.method} ${folder}${query.length > 0 ? `?${query.join('&')}` : ''}`);
    if (fault?.when === 'before') die();
    const request = original.call(http, options, ...others);
    if (fault) request.prependListener('response', die);
    return request;
  };
}

if (isMainThread && planPath) {
  for (const operation of [
    'open',
    'write',
    'ftruncate',
    'fdatasync',
    'fsync',
    'rename',
    'link',
    'unlink',
    'mkdir',
    'rmdir',
    'copyFile',
  ]) {
    wrapAsynchronous(operation);
    wrapSynchronous(operation);
  }
  wrapRequests();
  syncBuiltinESMExports();
  const require = createRequire(new URL('../../apps/api/package.json', import.meta.url));
  wrapSqlite(require('better-sqlite3'));
  wrapPostgres();
}
