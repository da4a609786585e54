<?php
// What a web server with pretty addresses does: a file that is there, else WordPress; files of the content are its own.
$path = rawurldecode((string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
if (is_file($_SERVER['DOCUMENT_ROOT'] . $path)) {
	return false;
}
if (str_starts_with($path, '/wp-content/')) {
	http_response_code(404);
	return true;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
$_SERVER['SCRIPT_FILENAME'] = $_SERVER['DOCUMENT_ROOT'] . '/index.php';
require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
