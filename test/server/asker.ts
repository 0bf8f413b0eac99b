/** @file Asks the web application without a server, of a service that knows little. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApp } from '#src/server/app.js';
import type { Desktop } from '#src/server/desktop.js';
import { Gate } from '#src/server/gate.js';
import { AllowedHosts } from '#src/server/hosts.js';
import { Intake } from '#src/server/intake.js';
import { DEFAULT_RATE, type Rate } from '#src/server/rate.js';
import type { Service } from '#src/server/run-service.js';
import { Thumbnails } from '#src/server/thumbnails.js';
import { tempFolder } from '../cli/cli.js';

interface Setup {
  readonly token?: string;
  readonly allowHosts?: readonly string[];
  readonly rate?: Rate;
  readonly service?: Partial<Service>;
  readonly desktop?: Desktop;
  readonly maxBytes?: number;
}

/** An app for the tests of a file, with a page that is little. */
export function useAsker() {
  const root = tempFolder();
  const page = join(root, 'web');
  mkdirSync(join(page, 'assets'), { recursive: true });
  writeFileSync(join(page, 'index.html'), '<!doctype html>');
  writeFileSync(join(page, 'assets', 'main-1a2b.js'), 'export {};');
  writeFileSync(join(root, 'secret.txt'), 'secret');

  /** Asks an app at port 4747 whose service knows what is given, and nothing else. */
  function asker({ token, allowHosts = [], rate = DEFAULT_RATE, service = {}, desktop, maxBytes = 1000 }: Setup = {}) {
    const faults: unknown[] = [];
    const app = createApp(
      {
        runPath: root,
        service: { run: async () => ({ name: 'run' }), ...service } as unknown as Service,
        thumbnails: new Thumbnails(root),
        desktop,
        gate: new Gate({ open: 1, waiting: 0 }),
        intake: new Intake({ maxBytes }),
        closing: new AbortController().signal,
      },
      {
        allowed: new AllowedHosts('127.0.0.1', 4747, allowHosts),
        port: 4747,
        ...(token !== undefined && { token }),
        rate,
        page,
        version: '1.2.3',
        onError: (error) => faults.push(error),
      },
    );
    const ask = async (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
      app.request(path, { ...init, headers: { host: '127.0.0.1:4747', ...headers } });
    return { ask, faults };
  }
  return { asker, page };
}
