package main

// stopBrowser ends the browser the tests share, nil when none was started.
var stopBrowser func()
