import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.ts';

describe('parseConfig', () => {
  it('needs nothing', () => {
    expect(parseConfig({}, '/srv/app')).toEqual({
      ok: true,
      config: {
        home: '/srv/app/.yilian',
        inbox: '/srv/app/.yilian/inbox',
        inboxSettleMs: 10_000,
        postgresUrl: null,
        clickhouseUrl: null,
        kafkaBrokers: null,
        kafkaSessionMs: 30_000,
        host: '127.0.0.1',
        port: 8080,
        logLevel: 'info',
        secretKey: null,
        batchRows: 50_000,
      },
    });
  });

  it('takes every setting, and an empty one as not set', () => {
    const result = parseConfig(
      {
        YILIAN_HOME: '/data/yilian',
        YILIAN_POSTGRES_URL: 'postgres://u:p@db/yilian',
        YILIAN_CLICKHOUSE_URL: '',
        YILIAN_KAFKA_BROKERS: 'kafka1:9092, kafka2:9093',
        YILIAN_KAFKA_SESSION: '6',
        YILIAN_HOST: '0.0.0.0',
        YILIAN_PORT: '0',
        YILIAN_LOG_LEVEL: 'debug',
        YILIAN_SECRET_KEY: 'ab'.repeat(32),
      },
      '/srv/app',
    );
    expect(result).toMatchObject({
      ok: true,
      config: {
        home: '/data/yilian',
        clickhouseUrl: null,
        kafkaBrokers: ['kafka1:9092', 'kafka2:9093'],
        kafkaSessionMs: 6000,
        port: 0,
        logLevel: 'debug',
        secretKey: 'ab'.repeat(32),
      },
    });
  });

  it('names every problem at once with its cure, and repeats no value', () => {
    const result = parseConfig(
      {
        YILIAN_POSTGRES_URL: 'mysql://u:hunter2@db',
        YILIAN_KAFKA_BROKERS: 'kafka1',
        YILIAN_PORT: '99999',
        YILIAN_LOG_LEVEL: 'loud',
        YILIAN_SECRET_KEY: 'hunter2',
      },
      '/',
    );
    if (result.ok) throw new Error('expected problems');
    expect(result.problems.map((line) => line.split(' ')[0])).toEqual([
      'YILIAN_POSTGRES_URL',
      'YILIAN_KAFKA_BROKERS',
      'YILIAN_PORT',
      'YILIAN_LOG_LEVEL',
      'YILIAN_SECRET_KEY',
    ]);
    expect(result.problems.every((line) => line.includes('; write'))).toBe(true);
    expect(result.problems.join()).not.toContain('hunter2');
  });
});
