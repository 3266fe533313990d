// Stands in for the program: prints what it was called with.
process.stdout.write(JSON.stringify(process.argv.slice(2)));
