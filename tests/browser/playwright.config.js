import { defineConfig } from '@playwright/test';

export default defineConfig( {
	testDir: 'tests',
	outputDir: 'results',
	// One shop, one agent: the tests share them, and each works on products of its own.
	workers: 1,
	fullyParallel: false,
	retries: 0,
	timeout: 180_000,
	expect: { timeout: 30_000 },
	reporter: [
		[ 'list' ],
		[ 'junit', { outputFile: process.env.ONHAND_JUNIT ?? 'junit.xml' } ],
	],
	use: {
		baseURL: undefined,
		locale: 'en-US',
		viewport: { width: 1280, height: 900 },
		trace: 'retain-on-failure',
		launchOptions: {
			executablePath: process.env.CHROMIUM,
			args: [ '--no-sandbox', '--disable-dev-shm-usage' ],
		},
	},
} );
